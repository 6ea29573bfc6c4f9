// The proxy's server: loopback only, bounded, one upstream, and the question by which its owner knows it.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Agent } from "node:https";
import { HELLO_PATH, toProof } from "../state/proxy-place.ts";
import { readHeader } from "./decide-refusal.ts";
import { type PassThroughOptions, passThrough } from "./pass-through.ts";

export type ProxyServerOptions = Omit<PassThroughOptions, "agent" | "ownHost"> & { secret: string };

const HEADERS_LIMIT_MS = 10_000;
const KEEP_ALIVE_MS = 60_000;
/** The API closes an unused connection later than this, so that no request meets one that is about to close. */
const UNUSED_MS = 20_000;
const MAX_CONNECTIONS = 1_024;
const MAX_HEADER_BYTES = 64 * 1024;
const NONCE = /^[0-9a-f]{32}$/;

export function createProxyServer({ secret, ...options }: ProxyServerOptions): Server {
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 256, timeout: UNUSED_MS, scheduling: "lifo" });
  let ownHost = "";
  const server = createServer(
    {
      headersTimeout: HEADERS_LIMIT_MS,
      connectionsCheckingInterval: HEADERS_LIMIT_MS / 2,
      // An answer may take hours; a body that stands still is cut off where it passes.
      requestTimeout: 0,
      keepAliveTimeout: KEEP_ALIVE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      noDelay: true,
      // A missing Host is refused in the same words as a wrong one.
      requireHostHeader: false,
    },
    (request, response) => {
      if (!answerHello(request, response, { ownHost, secret }))
        passThrough(request, response, { ...options, agent, ownHost: () => ownHost });
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on("listening", () => {
    const address = server.address();
    if (address !== null && typeof address === "object") ownHost = `127.0.0.1:${address.port}`;
  });
  // Neither tunnels nor other protocols.
  server.on("connect", (_request, socket) => socket.destroy());
  server.on("upgrade", (_request, socket) => socket.destroy());
  server.on("clientError", (_error, socket) => socket.destroy());
  server.on("close", () => agent.destroy());
  return server;
}

type Own = { ownHost: string; secret: string };

/** True when it was asked; a page can ask as well, and learns that there is a proxy. */
function answerHello(request: IncomingMessage, response: ServerResponse, { ownHost, secret }: Own): boolean {
  const [path = "", query = ""] = request.url?.split("?") ?? [];
  if (path !== HELLO_PATH) return false;
  const nonce = new URLSearchParams(query).get("nonce") ?? "";
  const [host] = readHeader(request.rawHeaders, "host");
  const isAsked = request.method === "GET" && host === ownHost && NONCE.test(nonce);
  response.writeHead(isAsked ? 200 : 403, { "content-type": "text/plain", connection: "close" });
  response.end(isAsked ? toProof(secret, nonce) : "");
  return true;
}
