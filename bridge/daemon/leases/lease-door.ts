// GET /lease on the socket: a WebSocket per holder, whose end, whatever the reason, is the end of the lease.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import { parseJson } from "../../../shared/json.ts";
import { type HolderMessage, holderMessageSchema } from "../../../shared/lease/lease-wire.ts";
import type { Upgrade } from "../server.ts";
import { closeWebSockets, createWebSocketServer } from "../web-sockets.ts";
import type { Channel, LeaseKeeper } from "./lease-keeper.ts";

export type LeaseDoor = { accept: Upgrade; hasHolders: () => boolean; close: () => Promise<void> };

const MAX_HOLDERS = 4_096;
const MAX_HEARD_BYTES = 16 * 1024;
/** A holder that is stopped hears of its place when it goes on. */
const MAX_UNHEARD_BYTES = 64 * 1024;
const FIRST_WORD_MS = 5_000;
const CLOSE_MS = 500;
const POLICY_VIOLATION = 1008;
const BUSY = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/** `onCrowd`: the first came, or the last left. */
export type LeaseDoorOptions = { keeper: LeaseKeeper; onDefect: (error: unknown) => void; onCrowd: () => void };

export function createLeaseDoor({ keeper, onDefect, onCrowd }: LeaseDoorOptions): LeaseDoor {
  const sockets = new Set<WebSocket>();
  let server: Promise<WebSocketServer> | undefined;
  let isClosing = false;

  function welcome(socket: WebSocket): void {
    sockets.add(socket);
    if (sockets.size === 1) onCrowd();
    let id: string | undefined;
    const silent = setTimeout(() => socket.terminate(), FIRST_WORD_MS);
    const channel: Channel = {
      send: (message) => {
        if (message.type !== "waiting" || socket.bufferedAmount < MAX_UNHEARD_BYTES)
          socket.send(JSON.stringify(message));
      },
      close: () => socket.close(),
    };
    // Whatever breaks it closes it as well; without a listener it would end the process.
    socket.on("error", () => undefined);
    socket.on("message", (data) => {
      const message = readMessage(String(data));
      if (!message || (message.type === "ask") !== (id === undefined)) return socket.close(POLICY_VIOLATION);
      if (message.type === "ready")
        return id === undefined ? undefined : keeper.setReady(id, channel, message.is_ready);
      clearTimeout(silent);
      id = message.id;
      keeper.open(message, channel);
    });
    socket.on("close", () => {
      clearTimeout(silent);
      sockets.delete(socket);
      if (sockets.size === 0) onCrowd();
      // A bridge that ends takes no lease from anybody: its successor is asked again.
      if (id !== undefined && !isClosing) keeper.leave(id, channel);
    });
  }

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    server ??= createWebSocketServer(MAX_HEARD_BYTES);
    const ready = await server;
    if (isClosing || sockets.size >= MAX_HOLDERS) socket.end(BUSY);
    else ready.handleUpgrade(request, socket, head, welcome);
  }

  return {
    accept: (request, socket, head) => {
      accept(request, socket, head).catch((error: unknown) => {
        socket.destroy();
        onDefect(error);
      });
    },
    hasHolders: () => sockets.size > 0,
    close: async () => {
      isClosing = true;
      await closeWebSockets([...sockets], CLOSE_MS);
    },
  };
}

function readMessage(text: string): HolderMessage | undefined {
  try {
    const message = holderMessageSchema.safeParse(parseJson(text));
    return message.success ? message.data : undefined;
  } catch {
    return undefined;
  }
}
