// A listener of the bridge's live channel, as `watch` is one: what it heard so far, and how it ended.
import { connect } from "node:net";
import { join } from "node:path";
import { type ClientOptions, WebSocket } from "ws";
import { waitFor } from "./wait-for.ts";

export type LiveClient = {
  socket: WebSocket;
  heard: () => readonly string[];
  /** Undefined while it is open; "refused" when it never was. */
  ended: () => number | "refused" | undefined;
  hasHeard: (count: number) => Promise<readonly string[]>;
  hasEnded: () => Promise<number | "refused" | undefined>;
};

/** Over the socket in this folder. */
export function listen(folder: string, options: ClientOptions & { host?: string; path?: string } = {}): LiveClient {
  const { host = "claude-meter.sock", path = "/live", ...more } = options;
  const socket = new WebSocket(`ws://${host}${path}`, {
    perMessageDeflate: false,
    createConnection: () => connect(join(folder, "bridge.sock")),
    ...more,
  });
  const heard: string[] = [];
  let ended: number | "refused" | undefined;
  socket.on("message", (data) => heard.push(String(data)));
  socket.on("error", () => {
    ended ??= "refused";
  });
  socket.on("close", (code) => {
    ended ??= code;
  });
  return {
    socket,
    heard: () => heard,
    ended: () => ended,
    hasHeard: (count) =>
      waitFor(
        () => heard,
        (each) => each.length >= count,
      ),
    hasEnded: () =>
      waitFor(
        () => ended,
        (end) => end !== undefined,
      ),
  };
}
