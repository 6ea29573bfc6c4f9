// What the bridge's WebSockets have in common: how the server is made, and how everybody is said goodbye to.
import type { WebSocket, WebSocketServer } from "ws";

/** A bridge that ends says so. */
const GOING_AWAY = 1001;

/** Loaded with the first connection: a bridge that nobody watches does not carry it. */
export async function createWebSocketServer(maxPayload: number): Promise<WebSocketServer> {
  const { WebSocketServer } = await import("ws");
  return new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false, maxPayload });
}

/** Resolves when all are gone; who does not answer the goodbye is cut off. */
export async function closeWebSockets(sockets: readonly WebSocket[], closeMs: number): Promise<void> {
  const gone = sockets.map((socket) => {
    const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
    socket.close(GOING_AWAY);
    return closed;
  });
  const grace = setTimeout(() => {
    for (const socket of sockets) socket.terminate();
  }, closeMs);
  await Promise.all(gone);
  clearTimeout(grace);
}
