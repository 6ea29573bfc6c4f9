// What our pages may ask of the worker.
import browser from "webextension-polyfill";
import * as z from "zod/mini";

export const messageSchema = z.strictObject({ ask: z.enum(["refresh", "catch-up", "sign-in"]) });
export type Message = z.infer<typeof messageSchema>;

/** Resolves when the worker has done it. */
export async function sendMessage(message: Message): Promise<void> {
  await browser.runtime.sendMessage(message);
}
