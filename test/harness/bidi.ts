// WebDriver BiDi as Firefox speaks it itself, without a driver program: commands over one WebSocket.
// https://w3c.github.io/webdriver-bidi/
import { once } from "node:events";
import { WebSocket } from "ws";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";

export type Bidi = {
  send: (method: string, params: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** What an expression gives in a context, as JSON carries it; undefined for nothing. */
  evaluate: (context: string, expression: string) => Promise<unknown>;
  /** The contexts of web pages, or of the browser's own windows. */
  listContexts: (scope: "content" | "chrome") => Promise<{ context: string; url: string }[]>;
  /** Calls back with what these events say. */
  subscribe: (events: readonly string[], listener: (event: string, params: unknown) => void) => Promise<void>;
  close: () => void;
};

const answerSchema = z.union([
  z.looseObject({ type: z.literal("success"), id: z.int(), result: z.unknown() }),
  z.looseObject({ type: z.literal("error"), id: z.int(), error: z.string(), message: z.string() }),
]);
const eventSchema = z.looseObject({ type: z.literal("event"), method: z.string(), params: z.unknown() });
const evaluatedSchema = z.union([
  z.looseObject({ type: z.literal("success"), result: z.looseObject({ value: z.optional(z.unknown()) }) }),
  z.looseObject({ type: z.literal("exception"), exceptionDetails: z.looseObject({ text: z.string() }) }),
]);
const treeSchema = z.looseObject({
  contexts: z.array(z.looseObject({ context: z.string(), url: z.string() })),
});

export async function connectBidi(url: string): Promise<Bidi> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (answer: z.infer<typeof answerSchema> | undefined) => void>();
  const listeners: ((event: string, params: unknown) => void)[] = [];
  let last = 0;
  await once(socket, "open");
  socket.on("message", (data) => {
    const message = parseJson(String(data));
    const answer = answerSchema.safeParse(message).data;
    if (answer) waiting.get(answer.id)?.(answer);
    const event = eventSchema.safeParse(message).data;
    if (event) for (const listener of listeners) listener(event.method, event.params);
  });
  socket.on("close", () => {
    for (const answer of waiting.values()) answer(undefined);
  });
  const send: Bidi["send"] = async (method, params) => {
    last += 1;
    const id = last;
    const answered = new Promise<z.infer<typeof answerSchema> | undefined>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ id, method, params }));
    const answer = await answered;
    waiting.delete(id);
    if (answer?.type !== "success") throw new Error(`${method}: ${answer?.message ?? "Firefox has gone"}`);
    return answer.result;
  };
  return {
    send,
    evaluate: async (context, expression) => {
      const params = { expression: `(async () => JSON.stringify(await (${expression})))()`, awaitPromise: true };
      const result = evaluatedSchema.parse(await send("script.evaluate", { ...params, target: { context } }));
      if (result.type === "exception") throw new Error(result.exceptionDetails.text);
      const { value } = result.result;
      return typeof value === "string" ? parseJson(value) : undefined;
    },
    listContexts: async (scope) => {
      const params = scope === "chrome" ? { "moz:scope": "chrome" } : {};
      return treeSchema.parse(await send("browsingContext.getTree", params)).contexts;
    },
    subscribe: async (events, listener) => {
      listeners.push((event, params) => {
        if (events.includes(event)) listener(event, params);
      });
      await send("session.subscribe", { events });
    },
    close: () => socket.close(),
  };
}
