// What the user was told of each window, in browser.storage.local. Only windows that are or were over a threshold stand in it.
import browser from "webextension-polyfill";
import * as z from "zod/mini";
import { toldSchema } from "../../shared/notices/told.ts";

const KEY = "notices";

export const noticeMemorySchema = z.object({
  told: z.array(toldSchema),
  /** A notice on its way to the screen: its id there, and what will be told once it is seen. */
  telling: z.nullable(z.object({ id: z.string(), told: z.array(toldSchema) })),
});
export type NoticeMemory = z.infer<typeof noticeMemorySchema>;

export async function readNoticeMemory(): Promise<NoticeMemory> {
  const stored = await browser.storage.local.get(KEY);
  return noticeMemorySchema.safeParse(stored[KEY]).data ?? { told: [], telling: null };
}

export async function writeNoticeMemory(memory: NoticeMemory): Promise<void> {
  await browser.storage.local.set({ [KEY]: memory });
}
