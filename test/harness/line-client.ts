// A browser's end of the line, by hand: what it says, what it heard so far, and how the line ended.
import { type ClientOptions, WebSocket } from "ws";
import * as z from "zod/mini";
import type { PollState } from "../../shared/poll-state.ts";
import { type Credentials, ORIGIN, sign } from "./signed-client.ts";
import { waitFor } from "./wait-for.ts";

const messageSchema = z.record(z.string(), z.unknown());
type LineMessage = z.infer<typeof messageSchema>;

export type LineClient = {
  socket: WebSocket;
  /** As soon as it is open, in the order given. */
  say: (text: string) => void;
  heard: () => readonly LineMessage[];
  hasHeard: (count: number) => Promise<readonly LineMessage[]>;
  /** The code of the end; "refused" when it was never open. */
  hasEnded: () => Promise<number | "refused" | undefined>;
};

export function openLine(port: number, options: ClientOptions & { path?: string } = {}): LineClient {
  const { path = "/line", origin = ORIGIN, ...more } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, {
    perMessageDeflate: false,
    ...(origin !== "" && { origin }),
    ...more,
  });
  const heard: LineMessage[] = [];
  const waiting: string[] = [];
  let ended: number | "refused" | undefined;
  let isOpen = false;
  socket.on("open", () => {
    isOpen = true;
    for (const text of waiting) socket.send(text);
  });
  socket.on("message", (data) => heard.push(messageSchema.parse(JSON.parse(String(data)))));
  socket.on("error", () => {
    if (!isOpen) ended ??= "refused";
  });
  socket.on("close", (code) => {
    ended ??= code;
  });
  return {
    socket,
    say: (text) => {
      if (isOpen) socket.send(text);
      else waiting.push(text);
    },
    heard: () => heard,
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

/** A paired browser on its line: it answers each order as `look` says, once the bridge has what it read. */
export async function enterLine(
  credentials: Credentials,
  port: number,
  look: () => Promise<PollState | "nothing">,
): Promise<LineClient> {
  const client = openLine(port);
  const { header } = await sign(credentials, port, { method: "GET", path: "/line" });
  client.socket.on("message", (data) => {
    const { look: id } = messageSchema.parse(JSON.parse(String(data)));
    if (id === undefined) return;
    void look().then((state) => {
      if (state !== "nothing") client.say(JSON.stringify({ looked: id, state }));
    });
  });
  client.say(JSON.stringify({ authorization: header }));
  await client.hasHeard(1);
  return client;
}
