// The extension's side of the wire without a browser: a paired profile that signs its requests and checks the answers.
import { randomUUID } from "node:crypto";
import * as z from "zod/mini";
import { fromHex, importKey, PROOF_HEADER, signRequest, verifyAnswer } from "../../shared/signing.ts";
import { askSocket } from "./daemon.ts";
import { type RawAnswer, type RawRequest, send } from "./raw-http.ts";

export const ORIGIN = "chrome-extension://mcfgdnjkhomoglnbllnaaeidincphmjb";

export type Credentials = { install: string; key: CryptoKey };
export type Question = { method: string; path: string; body?: Uint8Array<ArrayBuffer> };
export type ProvenAnswer = RawAnswer & { isProven: boolean };

const issuedSchema = z.strictObject({ key: z.string() });

/** What the native host does: a key for this profile through the socket. */
export async function pairInstall(home: string, install: string = randomUUID()): Promise<Credentials> {
  const issued = await askSocket(home, "POST", "/keys", { install, browser: "Chrome", poll: null });
  return { install, key: await importKey(fromHex(issuedSchema.parse(issued).key)) };
}

export async function sign(
  { install, key }: Credentials,
  port: number,
  question: Question,
  atMs: number = Date.now(),
): Promise<{ header: string; nonce: string }> {
  const { method, path, body = new Uint8Array() } = question;
  return await signRequest(key, install, { method, path, host: `127.0.0.1:${port}`, body }, atMs);
}

/** The request as our worker sends it. */
export function toRequest(port: number, { method, path, body }: Question, authorization?: string): RawRequest {
  return {
    method,
    target: path,
    headers: [
      ["Host", `127.0.0.1:${port}`],
      ...(method === "POST" ? ([["Origin", ORIGIN]] as const) : []),
      ["Sec-Fetch-Site", "none"],
      ["Sec-Fetch-Mode", "cors"],
      ...(method === "POST" ? ([["Content-Type", "application/json"]] as const) : []),
      ...(authorization === undefined ? [] : ([["Authorization", authorization]] as const)),
      ...(body === undefined ? [] : ([["Content-Length", String(body.byteLength)]] as const)),
    ],
    ...(body === undefined ? {} : { body }),
  };
}

/** Signed, sent, and the answer's proof checked. Throws when no answer comes. */
export async function ask(
  credentials: Credentials,
  port: number,
  question: Question,
  atMs?: number,
): Promise<ProvenAnswer> {
  const { header, nonce } = await sign(credentials, port, question, atMs);
  const answer = await send(port, toRequest(port, question, header));
  if (!answer) throw new Error(`${question.method} ${question.path} was not answered`);
  const body = Uint8Array.from(Buffer.from(answer.body, "latin1"));
  const proof = answer.headers.get(PROOF_HEADER) ?? "";
  return { ...answer, isProven: await verifyAnswer(credentials.key, proof, { nonce, status: answer.status, body }) };
}

export function toJsonBytes(value: unknown): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(JSON.stringify(value));
}
