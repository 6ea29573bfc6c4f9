// HTTP by hand over a plain socket, because a client library would mend what a test wants to send broken.
import { connect, type Socket } from "node:net";

export type RawRequest = {
  method: string;
  target: string;
  /** In order and repeated as given; nothing is added. */
  headers: readonly (readonly [name: string, value: string])[];
  body?: Uint8Array;
  version?: string;
};
export type RawAnswer = { status: number; headers: ReadonlyMap<string, string>; body: string; ms: number };

const LIMIT_MS = 15_000;

export function toBytes({ method, target, headers, body, version = "1.1" }: RawRequest): Buffer {
  const lines = [`${method} ${target} HTTP/${version}`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8"), body ?? Buffer.alloc(0)]);
}

export type Ended = { text: string; ms: number };

/**
 * Sends and reads until the other side closes; whatever came, also nothing. Throws when it does not close.
 * `act` may go on with the socket once the bytes are out.
 */
export async function exchange(
  port: number,
  bytes: Uint8Array,
  act: (socket: Socket) => void = () => undefined,
): Promise<Ended> {
  const startMs = performance.now();
  const chunks: Buffer[] = [];
  const socket = connect({ host: "127.0.0.1", port });
  socket.on("data", (chunk) => chunks.push(chunk));
  await new Promise<void>((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`no end after ${LIMIT_MS} ms`)), LIMIT_MS);
    // A reset ends it as well; what had come before is kept.
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(limit);
      resolve();
    });
    socket.on("connect", () => socket.write(bytes, () => act(socket)));
  });
  return { text: Buffer.concat(chunks).toString("latin1"), ms: performance.now() - startMs };
}

/** Lets a byte out each `stepMs` and nothing else, until the other side has had enough. */
export async function dribble(port: number, bytes: Uint8Array, stepMs: number): Promise<Ended> {
  return await exchange(port, bytes, (socket) => {
    const timer = setInterval(() => socket.write("x"), stepMs);
    socket.on("close", () => clearInterval(timer));
  });
}

/** Undefined when the connection was closed without an answer. */
export async function send(port: number, request: RawRequest | Uint8Array): Promise<RawAnswer | undefined> {
  const { text, ms } = await exchange(port, request instanceof Uint8Array ? request : toBytes(request));
  return parseRawAnswer(text, ms);
}

export function parseRawAnswer(text: string, ms: number): RawAnswer | undefined {
  const end = text.indexOf("\r\n\r\n");
  const [first = "", ...lines] = text.slice(0, Math.max(0, end)).split("\r\n");
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(first)?.[1]);
  if (!Number.isInteger(status)) return undefined;
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
  return { status, headers: new Map(headers), body: text.slice(end + 4), ms };
}
