// How fast a window was spent, read from the points of one period. Pure. Values flicker and a window gives nothing back, so
// what counts is their envelope, never the sum of the rises.
import type { HistoryPoint } from "../../../shared/history.ts";

const HOUR_MS = 3_600_000;

/** From one known value to the next. In a gap nobody looked: what was spent in it is known, and not when. */
export type Stretch = { fromMs: number; toMs: number; points: number; isGap: boolean; isFull: boolean };

/**
 * The stretches between ascending points of one period. A rise counts when one of the next two points confirms it, a fall
 * never: so a value that flickers up or down for one point is no burn. The last rise waits for its confirmation.
 */
export function toStretches(period: readonly HistoryPoint[], gapMs: number): Stretch[] {
  const known = toAscending(period);
  const stretches: Stretch[] = [];
  let level = 0;
  for (const [index, { atMs, used }] of known.entries()) {
    const confirmed = Math.max(level, known[index + 1]?.used ?? 0, known[index + 2]?.used ?? 0);
    const risen = Math.max(level, Math.min(used, confirmed));
    const before = known[index - 1];
    if (before) {
      const isGap = atMs - before.atMs > gapMs;
      stretches.push({ fromMs: before.atMs, toMs: atMs, points: risen - level, isGap, isFull: level >= 100 });
    }
    level = risen;
  }
  return stretches;
}

/**
 * Points an hour, the later the more weight: what is `fadeMs` old counts a third. Gaps count nothing, neither as burn nor
 * as rest. Undefined when nobody looked.
 */
export function toBurnRate(stretches: readonly Stretch[], nowMs: number, fadeMs: number): number | undefined {
  const toWeight = (atMs: number) => Math.exp((atMs - nowMs) / fadeMs);
  let points = 0;
  let weights = 0;
  for (const { fromMs, toMs, points: spent, isGap } of stretches) {
    if (isGap) continue;
    const weight = toWeight(toMs) - toWeight(fromMs);
    points += (spent / (toMs - fromMs)) * weight;
    weights += weight;
  }
  return weights > 0 ? (points / weights) * HOUR_MS : undefined;
}

/** How long somebody looked since `sinceMs`. */
export function toWatchedMs(stretches: readonly Stretch[], sinceMs: number): number {
  const watched = stretches.filter(({ isGap }) => !isGap);
  return watched.reduce((sum, { fromMs, toMs }) => sum + Math.max(0, toMs - Math.max(fromMs, sinceMs)), 0);
}

/** What was spent in the stretches that end after `sinceMs`, gaps with them. */
export function toSpent(stretches: readonly Stretch[], sinceMs: number): number {
  return stretches.reduce((sum, { toMs, points }) => (toMs > sinceMs ? sum + points : sum), 0);
}

function toAscending(period: readonly HistoryPoint[]): { atMs: number; used: number }[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  return period.flatMap(([atMs, used]) => {
    if (used === null || atMs <= lastMs) return [];
    lastMs = atMs;
    return [{ atMs, used }];
  });
}
