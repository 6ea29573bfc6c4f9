// One connection to the bridge's live channel.
import { connect } from "node:net";
import { WebSocket } from "ws";
import type { Status } from "../../../shared/row.ts";
import { toStateFolder } from "../../state/paths.ts";
import { hasCode, parseStatus } from "../../state/read-status.ts";
import { ensureSocketPath } from "../../state/socket-path.ts";

export type Listening = { close: () => void };
export type Heard = {
  onStatus: (status: Status) => void;
  /** Once, whatever ended it. */
  onEnd: (reason: "not-running" | "no-answer") => void;
};

const HANDSHAKE_MS = 5_000;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export function listen({ onStatus, onEnd }: Heard): Listening {
  const path = ensureSocketPath(toStateFolder());
  const socket = new WebSocket("ws://claude-meter.sock/live", {
    createConnection: () => connect(path),
    perMessageDeflate: false,
    handshakeTimeout: HANDSHAKE_MS,
    maxPayload: MAX_MESSAGE_BYTES,
  });
  let reason: "not-running" | "no-answer" = "no-answer";
  socket.on("message", (data) => {
    const status = parseStatus(String(data));
    if (status) onStatus(status);
    else socket.terminate();
  });
  socket.on("error", (error) => {
    if (hasCode(error, "ENOENT") || hasCode(error, "ECONNREFUSED")) reason = "not-running";
  });
  socket.on("close", (code) => onEnd(code === GOING_AWAY ? "not-running" : reason));
  return { close: () => socket.terminate() };
}

/** A bridge that ends says so. */
const GOING_AWAY = 1001;
