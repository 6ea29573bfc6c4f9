// An https server on loopback that stands for the API: each test says what it answers, and asks what it got.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { Socket } from "node:net";
import { fileURLToPath } from "node:url";

export const UPSTREAM_CERTIFICATE = fileURLToPath(new URL("./certificate.pem", import.meta.url));

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export type Upstream = {
  url: string;
  answer: (next: Answer) => void;
  requests: () => number;
  connections: () => number;
  cut: () => void;
  close: () => Promise<void>;
};

export async function openUpstream(port = 0): Promise<Upstream> {
  let answer: Answer = (_request, response) => response.end("{}");
  let requests = 0;
  const sockets = new Set<Socket>();
  const server = createServer(
    {
      cert: readFileSync(UPSTREAM_CERTIFICATE),
      key: readFileSync(new URL("./private-key.pem", import.meta.url)),
      keepAliveTimeout: 120_000,
    },
    (request, response) => {
      requests += 1;
      answer(request, response);
    },
  );
  server.on("secureConnection", (socket: Socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const own = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `https://localhost:${own}`,
    answer: (next) => {
      answer = next;
    },
    requests: () => requests,
    connections: () => sockets.size,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: async () => {
      server.close();
      server.closeAllConnections();
      for (const socket of sockets) socket.destroy();
      await once(server, "close");
    },
  };
}
