// The live channel: whoever listens gets the status at once, and again after each change. Nothing runs while nobody does.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket, WebSocketServer } from "ws";
import type { Status } from "../../shared/row.ts";
import type { Upgrade } from "./server.ts";
import { closeWebSockets, createWebSocketServer } from "./web-sockets.ts";

export type Live = {
  accept: Upgrade;
  hasListeners: () => boolean;
  /** The status has changed. */
  publish: () => void;
  /** Says goodbye to everyone; resolves when they are gone. */
  close: () => Promise<void>;
};

export type LiveLimits = {
  maxListeners: number;
  /** Changes nearer to each other than this are told as one. */
  coalesceMs: number;
  /** Who does not take a message in this time is dropped. */
  sendMs: number;
  /** Who does not answer one ping before the next is dropped: a stopped process keeps its connection. */
  pingMs: number;
  closeMs: number;
};

const LIMITS: LiveLimits = { maxListeners: 32, coalesceMs: 50, sendMs: 10_000, pingMs: 30_000, closeMs: 500 };
/** Listeners have nothing to say. */
const MAX_HEARD_BYTES = 1024;
const BUSY = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

/** `onCrowd`: the first came, or the last left. */
export type LiveOptions = {
  readStatus: () => Status;
  onDefect: (error: unknown) => void;
  onCrowd?: () => void;
  limits?: LiveLimits;
};

type Listener = {
  socket: WebSocket;
  /** While a message is on its way: one at a time, so that a slow listener costs one message of memory. */
  sending: NodeJS.Timeout | undefined;
  /** Changes were skipped meanwhile; it gets the newest when it is through. */
  isBehind: boolean;
  hasAnswered: boolean;
};

export function createLive({ readStatus, onDefect, onCrowd = () => undefined, limits = LIMITS }: LiveOptions): Live {
  const listeners = new Set<Listener>();
  let server: Promise<WebSocketServer> | undefined;
  let publishing: NodeJS.Timeout | undefined;
  let pinging: NodeJS.Timeout | undefined;
  let isClosing = false;

  function send(listener: Listener): void {
    listener.isBehind = listener.sending !== undefined;
    if (listener.isBehind) return;
    listener.sending = setTimeout(() => listener.socket.terminate(), limits.sendMs);
    listener.socket.send(JSON.stringify(readStatus()), (error) => {
      clearTimeout(listener.sending);
      listener.sending = undefined;
      if (!error && listener.isBehind) send(listener);
    });
  }

  function ping(): void {
    for (const listener of listeners) {
      if (!listener.hasAnswered) listener.socket.terminate();
      else {
        listener.hasAnswered = false;
        listener.socket.ping();
      }
    }
  }

  function welcome(socket: WebSocket): void {
    const listener: Listener = { socket, sending: undefined, isBehind: false, hasAnswered: true };
    listeners.add(listener);
    if (listeners.size === 1) onCrowd();
    pinging ??= setInterval(ping, limits.pingMs);
    // Whatever breaks it closes it as well; without a listener it would end the process.
    socket.on("error", () => undefined);
    socket.on("pong", () => {
      listener.hasAnswered = true;
    });
    socket.on("close", () => {
      listeners.delete(listener);
      if (listeners.size > 0) return;
      clearInterval(pinging);
      clearTimeout(publishing);
      pinging = undefined;
      publishing = undefined;
      onCrowd();
    });
    send(listener);
  }

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    server ??= createWebSocketServer(MAX_HEARD_BYTES);
    const ready = await server;
    if (isClosing || listeners.size >= limits.maxListeners) socket.end(BUSY);
    else ready.handleUpgrade(request, socket, head, welcome);
  }

  return {
    accept: (request, socket, head) => {
      accept(request, socket, head).catch((error: unknown) => {
        socket.destroy();
        onDefect(error);
      });
    },
    hasListeners: () => listeners.size > 0,
    publish: () => {
      if (listeners.size === 0) return;
      publishing ??= setTimeout(() => {
        publishing = undefined;
        for (const listener of listeners) send(listener);
      }, limits.coalesceMs);
    },
    close: async () => {
      isClosing = true;
      await closeWebSockets(
        [...listeners].map(({ socket }) => socket),
        limits.closeMs,
      );
    },
  };
}
