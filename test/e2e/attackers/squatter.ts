// Another program on our port, of every kind we could think of. It keeps what it is sent.
import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { PROOF_HEADER } from "../../../shared/signing.ts";
import { waitFor } from "../../harness/wait-for.ts";

/** What our bridge once answered, as anybody on this computer could have overheard it. */
export type Overheard = { headers: Readonly<Record<string, string>>; body: string };

export type SquatterKind =
  | { kind: "silent" }
  | { kind: "closes" }
  | { kind: "greets in another protocol" }
  | { kind: "never ends" }
  | { kind: "echoes" }
  | { kind: "refuses" }
  | { kind: "redirects" }
  | { kind: "copies a hello"; hello: string }
  | { kind: "replays an answer"; overheard: Overheard };

export type Squatter = {
  /** May change at any moment: a squatter can learn. */
  play: (kind: SquatterKind) => void;
  /** Every byte since play(). */
  readReceived: () => string;
  countConnections: () => number;
  /** The largest number of bytes that one connection took from us. */
  readSentBytes: () => number;
  close: () => Promise<void>;
};

const CHUNK = "x".repeat(64 * 1024);

export async function createSquatter(port: number): Promise<Squatter> {
  let kind: SquatterKind = { kind: "silent" };
  let received = "";
  let connections = 0;
  let sentBytes = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let head = "";
    let isAnswered = false;
    socket.on("close", () => {
      sockets.delete(socket);
      sentBytes = Math.max(sentBytes, socket.bytesWritten);
    });
    socket.on("error", () => {
      // The browser hung up.
    });
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
      head += bytes.toString("latin1");
      if (isAnswered || !head.includes("\r\n\r\n")) return;
      isAnswered = true;
      answer(socket, kind, head);
    });
    if (kind.kind === "closes") socket.destroy();
    if (kind.kind === "greets in another protocol") socket.write("SSH-2.0-OpenSSH_9.9\r\n");
  });
  // The system may hold the port of a program that was killed for a moment longer than the program.
  await waitFor(
    () => listen(server, port),
    (isListening) => isListening,
  );
  return {
    play: (next) => {
      kind = next;
      received = "";
      connections = 0;
      sentBytes = 0;
    },
    readReceived: () => received,
    countConnections: () => connections,
    readSentBytes: () => Math.max(sentBytes, ...[...sockets].map((socket) => socket.bytesWritten)),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<boolean> {
  server.listen(port, "127.0.0.1");
  return await once(server, "listening").then(
    () => true,
    () => false,
  );
}

function answer(socket: Socket, kind: SquatterKind, request: string): void {
  switch (kind.kind) {
    case "silent":
    case "closes":
    case "greets in another protocol":
      break;
    case "never ends":
      socket.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n\r\n");
      pour(socket);
      break;
    case "echoes": {
      // The request's own signature as the proof of the answer.
      const mac = /mac=([0-9a-f]{64})/.exec(request)?.[1] ?? "";
      reply(socket, "200 OK", { headers: { [PROOF_HEADER]: mac }, body: request });
      break;
    }
    case "refuses":
      reply(socket, "401 Unauthorized", { headers: {}, body: '{"error":"refused"}' });
      break;
    case "redirects":
      reply(socket, "307 Temporary Redirect", { headers: { location: "https://claude.ai/api/account" }, body: "" });
      break;
    case "copies a hello":
      reply(socket, "200 OK", { headers: { [PROOF_HEADER]: "0".repeat(64) }, body: kind.hello });
      break;
    case "replays an answer":
      reply(socket, "200 OK", kind.overheard);
      break;
  }
}

function reply(socket: Socket, status: string, { headers, body }: Overheard): void {
  const length = { "content-length": String(body.length), connection: "close" };
  const lines = Object.entries({ "content-type": "application/json", ...headers, ...length });
  socket.end(`HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n${body}`);
}

function pour(socket: Socket): void {
  while (!socket.destroyed && socket.write(CHUNK));
  if (!socket.destroyed) socket.once("drain", () => pour(socket));
}
