// The HTTP server under both doors: one request per connection, bounded in time and size, every request answered.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { type Duplex, finished, type Readable } from "node:stream";
import { MAX_BODY_BYTES } from "../../shared/protocol.ts";
import { PROOF_HEADER } from "../../shared/signing.ts";
import type { Authenticator, Prove } from "./authenticate.ts";
import type { RequestHead } from "./decide-refusal.ts";
import { Refusal, type RefusalCode, refusalStatus } from "./refusal.ts";

export type Request = {
  path: string;
  query: URLSearchParams;
  body: string;
  socket: Socket;
  /** The paired browser profile that signed it; undefined on the socket. */
  install: string | undefined;
  /** The forms that the asker can read, as it wrote them. */
  accept?: string | undefined;
};
/** A body goes out as JSON, or as the text that it is when it names its type. */
export type Reply =
  | { status: number; body: unknown; contentType?: undefined }
  | { status: number; body: string; contentType: string };
export type Handler = (request: Request) => Reply | Promise<Reply>;
/** "GET /hello" to its handler. */
export type Routes = Readonly<Record<string, Handler>>;
/** Takes the connection over: from then on it bounds and closes it. */
export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const HEADER_TIMEOUT_MS = 5_000;
const REQUEST_TIMEOUT_MS = 10_000;
/** Read after an answer that did not wait for the whole body; who sends more is cut off. */
const MAX_DISCARDED_BYTES = 8 * 1024 * 1024;

export type ServerOptions = {
  routes: Routes;
  /** Without one, whoever can connect is trusted: the socket in our private folder. */
  authenticator?: Authenticator;
  /** "GET /live" to what speaks WebSocket there. */
  upgrades?: Readonly<Record<string, Upgrade>>;
  /** Answered to this request without a signature. */
  openRoutes?: (head: RequestHead) => Promise<Routes>;
  decideRefusal: (head: RequestHead) => RefusalCode | undefined;
  /** For a WebSocket, when that is another question. */
  decideUpgradeRefusal?: (head: RequestHead) => RefusalCode | undefined;
  onRefusal: (code: RefusalCode) => void;
  onDefect: (error: unknown) => void;
};

const REFUSED = { error: "refused" };

/** For what is no HTTP request to us: not even HTTP, a tunnel, or a WebSocket. */
const RAW_REFUSAL = [
  "HTTP/1.1 400 Bad Request",
  "content-type: application/json",
  `content-length: ${JSON.stringify(REFUSED).length}`,
  "connection: close",
  "",
  JSON.stringify(REFUSED),
].join("\r\n");

export function createBridgeServer(options: ServerOptions): Server {
  // Node checks its own time-outs on a timer that never rests; per-connection timers exist only while one is open.
  const server = createServer(
    // A missing Host is refused by our guard, in the same words as a wrong one.
    { connectionsCheckingInterval: 2 ** 31 - 1, maxHeaderSize: 8 * 1024, requireHostHeader: false },
    (request, response) => {
      void answer(request, response, options);
    },
  );
  server.on("connection", limitConnection);
  server.on("clientError", (_error, socket) => refuseRaw(socket));
  server.on("upgrade", (request, socket, head) => {
    const upgrade = findUpgrade(request, options);
    if (!upgrade) return refuseRaw(socket);
    endLimits.get(socket)?.();
    upgrade(request, socket, head);
  });
  server.on("connect", (_request, socket) => refuseRaw(socket));
  return server;
}

/** Answers what is no request to us, once; the connection's own time limit ends what keeps on sending. */
function refuseRaw(socket: Duplex): void {
  if (!socket.writable) return;
  // Its parser would read on and fail again with each chunk.
  socket.removeAllListeners("data");
  // What follows an answer is no second request.
  if (!isAnswered.has(socket)) socket.end(RAW_REFUSAL);
  else socket.end();
  discard(socket, () => socket.destroy());
}

/**
 * Reads what is still on its way and forgets it. To close a connection with bytes unread is a reset, and a reset can
 * overtake the answer (RFC 9112, 9.6).
 */
function discard(stream: Readable, onTooMuch: () => void): void {
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    bytes += chunk.byteLength;
    if (bytes > MAX_DISCARDED_BYTES) onTooMuch();
  });
  stream.resume();
}

function limitConnection(socket: Socket): void {
  socket.on("error", () => {
    // A reset by the peer; without a listener it would end the process.
  });
  const headers = setTimeout(() => {
    if (socket.bytesWritten === 0 && !hasRequest.has(socket)) socket.destroy();
  }, HEADER_TIMEOUT_MS);
  const whole = setTimeout(() => socket.destroy(), REQUEST_TIMEOUT_MS);
  const end = () => {
    clearTimeout(headers);
    clearTimeout(whole);
  };
  endLimits.set(socket, end);
  socket.on("close", end);
}

/** For a handler that waits for something longer than any request takes; it has to end by itself. */
export function allowLongAnswer(socket: Duplex): void {
  endLimits.get(socket)?.();
}

/** What a connection that stays open is freed with. */
const endLimits = new WeakMap<Duplex, () => void>();

/** Connections whose request head has arrived. */
const hasRequest = new WeakSet<Socket>();

/** Connections whose answer is written. */
const isAnswered = new WeakSet<Duplex>();

async function answer(request: IncomingMessage, response: ServerResponse, options: ServerOptions): Promise<void> {
  // A pipelined second one is never looked at: the answer to the first closes the connection.
  if (hasRequest.has(request.socket)) return;
  hasRequest.add(request.socket);
  let prove: Prove | undefined;
  try {
    const head = toHead(request);
    const { method, target } = head;
    const refusal = options.decideRefusal(head);
    if (refusal) throw new Refusal(refusal);
    // Not by URL, which takes //x and /\x for another host and knows two spellings of each path.
    const [path = "", search = ""] = target.split(/\?(.*)/s);
    const query = new URLSearchParams(search);
    const open = findHandler((await options.openRoutes?.(head)) ?? {}, method, path);
    const pending = open ? undefined : options.authenticator?.begin(head);
    const body = await readBody(request);
    const proven = pending && (await options.authenticator?.finish(pending, head, body));
    prove = proven?.prove;
    if (proven && proven.waitMs > 0) throw new Refusal("busy", { waitMs: proven.waitMs });
    const handler = open ?? findHandler(options.routes, method, path);
    if (!handler) throw new Refusal(isKnownPath(options.routes, path) ? "bad-method" : "bad-target");
    const { socket } = request;
    const { accept } = request.headers;
    const install = pending?.claim.kid;
    await send(response, await handler({ path, query, body: decode(body), socket, install, accept }), prove);
  } catch (error) {
    if (error instanceof Refusal) options.onRefusal(error.code);
    else options.onDefect(error);
    const status = error instanceof Refusal ? refusalStatus[error.code] : 500;
    if (error instanceof Refusal && error.waitMs !== undefined) {
      response.setHeader("retry-after", Math.ceil(error.waitMs / 1000));
    }
    await send(response, { status, body: REFUSED }, prove);
  }
}

function toHead({ method = "", url: target = "", rawHeaders }: IncomingMessage): RequestHead {
  return { method, target, rawHeaders };
}

function findHandler(routes: Routes, method: string, path: string): Handler | undefined {
  return Object.hasOwn(routes, `${method} ${path}`) ? routes[`${method} ${path}`] : undefined;
}

function findUpgrade(request: IncomingMessage, options: ServerOptions): Upgrade | undefined {
  const { upgrades = {}, decideRefusal, decideUpgradeRefusal = decideRefusal } = options;
  const head = toHead(request);
  const name = `${head.method} ${head.target}`;
  return decideUpgradeRefusal(head) === undefined && Object.hasOwn(upgrades, name) ? upgrades[name] : undefined;
}

function isKnownPath(routes: Routes, path: string): boolean {
  return Object.keys(routes).some((route) => route.endsWith(` ${path}`));
}

async function readBody(request: IncomingMessage): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers["content-length"] ?? 0) > MAX_BODY_BYTES) throw new Refusal("too-large");
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // Leaving the loop shall not destroy the connection: the refusal still has to go out.
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      if (!Buffer.isBuffer(chunk)) throw new Refusal("bad-body");
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) throw new Refusal("too-large");
      chunks.push(chunk);
    }
  } catch (error) {
    // The other side went away before the end, which is no defect of ours.
    throw error instanceof Refusal ? error : new Refusal("bad-body", { cause: error });
  }
  return Uint8Array.from(Buffer.concat(chunks));
}

function decode(body: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}

async function send(response: ServerResponse, reply: Reply, prove: Prove | undefined): Promise<void> {
  const { req: request } = response;
  if (response.destroyed || response.headersSent || !request.socket.writable) return;
  isAnswered.add(request.socket);
  const { contentType = "application/json" } = reply;
  const text = reply.contentType === undefined ? JSON.stringify(reply.body) : reply.body;
  const body = new TextEncoder().encode(text);
  response.writeHead(reply.status, {
    "content-type": contentType,
    "content-length": body.byteLength,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "cross-origin-resource-policy": "same-origin",
    connection: "close",
    ...(prove ? { [PROOF_HEADER]: await prove(reply.status, body) } : {}),
  });
  if (request.complete) return void response.end(body);
  response.flushHeaders();
  response.write(body);
  // The answer is out whole; only the end of the connection waits for the end of the request.
  finished(request, { writable: false }, () => response.end());
  discard(request, () => request.destroy());
}
