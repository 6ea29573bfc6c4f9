// Speaks HTTP to the bridge on this computer. Every request is signed, and an answer that carries no proof of the same
// key is not believed: somebody else may have the port.
import * as z from "zod/mini";
import { MAX_WRAPPED_DEPTH, parseJson } from "../shared/json.ts";
import { BRIDGE_PORT, helloSchema } from "../shared/protocol.ts";
import { MAX_BUSY_MS, PROOF_HEADER, signRequest, verifyAnswer } from "../shared/signing.ts";

export const BRIDGE_HOST = `127.0.0.1:${BRIDGE_PORT}`;
const TIMEOUT_MS = 8_000;
const MAX_ANSWER_BYTES = 64 * 1024;

export type Credentials = { install: string; key: CryptoKey };
export type Question<T> = {
  method: "GET" | "POST";
  path: string;
  body?: unknown;
  schema: T;
  /** For an answer that may be long: history, rows. */
  maxBytes?: number;
};

/**
 * refused: by our bridge, with this HTTP status, and how long it asks to be left alone.
 * silent: nobody answers. unproven: somebody does who may be anybody.
 */
export type Answered<T> =
  | { kind: "answered"; value: T }
  | { kind: "refused"; status: number; waitMs: number }
  | { kind: "silent" }
  | { kind: "unproven" };

/** A signed question; its answer is proven. */
export async function askBridge<T extends z.core.$ZodType>(
  credentials: Credentials,
  question: Question<T>,
): Promise<Answered<z.core.output<T>>> {
  const { method, path } = question;
  const body = toBody(question);
  const signed = await signRequest(
    credentials.key,
    credentials.install,
    { method, path, host: BRIDGE_HOST, body },
    Date.now(),
  );
  const answer = await send(question, body, { authorization: signed.header });
  if (!answer) return { kind: "silent" };
  const { status, proof, waitMs } = answer;
  const isProven = await verifyAnswer(credentials.key, proof, { nonce: signed.nonce, status, body: answer.body });
  if (!isProven) return { kind: "unproven" };
  if (status !== 200) return { kind: "refused", status, waitMs };
  return parseAnswer(question.schema, answer.body);
}

/** And speaks the line. */
export async function isBridgeThere(credentials: Credentials): Promise<boolean> {
  const hello = await askBridge(credentials, { method: "GET", path: "/hello", schema: helloSchema });
  return hello.kind === "answered" && hello.value.line === true;
}

export type SocketEvents = { onOpen: () => void; onMessage: (data: unknown) => void; onClose: () => void };
export type OpenSocket = {
  /** Nothing once it is closed. */
  send: (text: string) => void;
  close: () => void;
};

/** To this path of whoever has the bridge's port. */
export function openWebSocket(path: string, { onOpen, onMessage, onClose }: SocketEvents): OpenSocket {
  const socket = new WebSocket(`ws://${BRIDGE_HOST}${path}`);
  socket.onopen = onOpen;
  socket.onmessage = ({ data }) => onMessage(data);
  socket.onclose = onClose;
  return {
    send: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
}

/** For pairing only, where there is no key yet: the answer may be anybody's. */
export async function askUnsigned<T extends z.core.$ZodType>(
  question: Question<T>,
): Promise<Answered<z.core.output<T>>> {
  const answer = await send(question, toBody(question), {});
  if (!answer) return { kind: "silent" };
  return answer.status === 200 ? parseAnswer(question.schema, answer.body) : { kind: "unproven" };
}

function toBody({ body }: Question<unknown>): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(body === undefined ? "" : JSON.stringify(body));
}

type RawAnswer = { status: number; proof: string; waitMs: number; body: Uint8Array<ArrayBuffer> };

/** Undefined when no answer came: refused, reset, timed out, or another program that is not HTTP. */
async function send(
  { method, path, maxBytes = MAX_ANSWER_BYTES }: Question<unknown>,
  body: Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<RawAnswer | undefined> {
  const posted =
    method === "POST" ? { body, headers: { ...headers, "content-type": "application/json" } } : { headers };
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(`http://${BRIDGE_HOST}${path}`, {
      method,
      ...posted,
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      signal,
    });
    const proof = response.headers.get(PROOF_HEADER) ?? "";
    const waitMs = parseWaitMs(response.headers.get("retry-after"));
    return { status: response.status, proof, waitMs, body: await readBytes(response, maxBytes) };
  } catch {
    return undefined;
  }
}

/** Whole seconds, as our bridge writes them, else 0; bounded, because the proof does not cover this header. */
function parseWaitMs(seconds: string | null): number {
  return seconds !== null && /^\d+$/.test(seconds) ? Math.min(Number(seconds) * 1000, MAX_BUSY_MS) : 0;
}

/** What is longer than any answer of ours is cut and so fails its proof: who has the port may never stop answering. */
async function readBytes(response: Response, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const reader = response.body?.getReader();
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let room = maxBytes;
  while (reader && room > 0) {
    const { done, value } = await reader.read();
    if (done) break;
    chunks.push(value.subarray(0, room));
    room -= value.byteLength;
  }
  await reader?.cancel();
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}

function parseAnswer<T extends z.core.$ZodType>(schema: T, body: Uint8Array): Answered<z.core.output<T>> {
  try {
    return { kind: "answered", value: z.parse(schema, parseJson(new TextDecoder().decode(body), MAX_WRAPPED_DEPTH)) };
  } catch {
    return { kind: "unproven" };
  }
}
