// What is still to be sent, and when each is tried again. Pure: the file and the network are the conductor's.
import * as z from "zod/mini";
import type { Sent } from "../../state/notify/send-notice.ts";
import { eventKinds } from "../../state/notify/targets.ts";

export const itemSchema = z.looseObject({
  target: z.string(),
  kind: z.enum(eventKinds),
  title: z.string(),
  message: z.string(),
  isUrgent: z.boolean(),
  addedMs: z.number(),
  attempts: z.int(),
  /** Not before this moment. */
  dueMs: z.number(),
});
export type Item = z.infer<typeof itemSchema>;

/** Of one target; the oldest give way. */
const MAX_ITEMS = 50;
/** By then it says nothing any more. */
const KEPT_MS = 24 * 3_600_000;
const pausesMs = [5_000, 30_000, 120_000, 600_000, 1_800_000] as const;
const LONGEST_PAUSE_MS = 3_600_000;

export function addItems(items: readonly Item[], added: readonly Item[]): Item[] {
  const all = [...items, ...added];
  return all.filter(
    (item, index) => all.slice(index).filter((later) => later.target === item.target).length <= MAX_ITEMS,
  );
}

/** In the order in which they happened: the first of each target, and never a later one before it. */
export function findDue(items: readonly Item[], nowMs: number): Item | undefined {
  return listHeads(items).find((item) => item.dueMs <= nowMs);
}

/** When the next one is due; undefined while nothing waits. */
export function toNextDueMs(items: readonly Item[]): number | undefined {
  const dues = listHeads(items).map(({ dueMs }) => dueMs);
  return dues.length > 0 ? Math.min(...dues) : undefined;
}

function listHeads(items: readonly Item[]): Item[] {
  return items.filter((item, index) => items.findIndex(({ target }) => target === item.target) === index);
}

/** After an attempt: gone, or due again; `dropped` says why it will never arrive. */
export function settleItem(
  items: readonly Item[],
  item: Item,
  sent: Sent,
  nowMs: number,
): { items: Item[]; dropped?: string } {
  const others = items.filter((each) => each !== item);
  if (sent.kind === "taken") return { items: others };
  if (sent.kind === "refused") return { items: others, dropped: sent.reason };
  if (nowMs - item.addedMs > KEPT_MS) return { items: others, dropped: `${sent.reason} for a day` };
  const pauseMs = sent.afterMs ?? pausesMs[item.attempts] ?? LONGEST_PAUSE_MS;
  const next = { ...item, attempts: item.attempts + 1, dueMs: nowMs + pauseMs };
  return { items: items.map((each) => (each === item ? next : each)) };
}
