// What the user was told of each window, in browser.storage.local. Only windows that are or were over a threshold stand in it.
import browser from "webextension-polyfill";
import * as z from "zod/mini";
import { rowIdSchema } from "../../shared/row-id.ts";
import { windowIdSchema } from "../../shared/usage-window.ts";
import { isoSchema } from "../../shared/wire-text.ts";
import { levelSchema } from "../level.ts";

const KEY = "notices";

/** One window in its present period: from one reset to the next. */
const toldSchema = z.extend(rowIdSchema, {
  window: windowIdSchema,
  /** When the window was last said to reset. */
  resets_at: z.nullable(isoSchema),
  /** Its last utilization that can be believed. */
  used: z.number(),
  /** The highest level that the user was told of. */
  told: levelSchema,
  /** Whether it was over a threshold at any time. */
  wasOver: z.boolean(),
  /** The period before was over a threshold, and nobody has said yet that it ended. */
  owesReset: z.boolean(),
  /** How many readings in a row look as if it had reset before its time. */
  lows: z.int(),
  seen_at: isoSchema,
});
export type Told = z.infer<typeof toldSchema>;

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
