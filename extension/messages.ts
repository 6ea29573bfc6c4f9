// What the popup may ask of the worker, and what it hears back when that is done.
import * as z from "zod/mini";

export const messageSchema = z.strictObject({
  ask: z.enum(["refresh", "catch-up", "pair"]),
  /** What the user typed; with pair only. */
  code: z.optional(z.string().check(z.maxLength(64))),
});
export type Message = z.infer<typeof messageSchema>;

export const replySchema = z.enum(["done", "paired", "not-a-code", "refused", "silent"]);
export type Reply = z.infer<typeof replySchema>;

/** Resolves when the worker has done it; "silent" when no worker answered. */
export async function sendMessage(message: Message): Promise<Reply> {
  const reply: unknown = await chrome.runtime.sendMessage(message);
  return replySchema.safeParse(reply).data ?? "silent";
}
