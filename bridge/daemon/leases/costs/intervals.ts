// Stretches of one window between two of its whole points, with how long each class was at work meanwhile: what costs are
// learned from. A stretch ends with a point, a reset, or a gap without readings. Pure.
import type { Lease, Level } from "../lease.ts";
import { isReset, toHeldMs } from "../merge-level.ts";

export type Interval = {
  window: string;
  fromMs: number;
  toMs: number;
  points: number;
  /** Seconds of each class, of several leases added up. */
  seconds: Readonly<Record<string, number>>;
};

export type OpenInterval = Interval & { base: number };

/** Longer without a reading nobody knows what went on. */
const GAP_MS = 1_200_000;
/** In a shorter one it is chance whether a point falls into it or into the next: that would favour whoever runs by then. */
const SHORTEST_MS = 600_000;
/** A window that hardly moves still says so. */
const LONGEST_MS = 6 * 3_600_000;

const FULL_PERCENT = 100;

export type IntervalChange = { window: string; before: Level; after: Level; leases: readonly Lease[] };

/** The stretch that goes on, and the one that has ended, if any. */
export function extendInterval(
  open: OpenInterval | undefined,
  { window, before, after, leases }: IntervalChange,
): { open: OpenInterval | undefined; ended: Interval | undefined } {
  if (after.observedMs <= before.observedMs) return { open, ended: undefined };
  const isGap = after.observedMs - before.observedMs > GAP_MS;
  // A full window does not move, whoever works.
  const isFull = before.percent >= FULL_PERCENT;
  if (isGap || isFull || isReset(before, after)) return { open: undefined, ended: open && toEnded(open) };
  const start = open ?? {
    window,
    fromMs: before.observedMs,
    toMs: before.observedMs,
    points: 0,
    seconds: {},
    base: before.percent,
  };
  const seconds: Record<string, number> = { ...start.seconds };
  for (const lease of leases) {
    const heldMs = toHeldMs(lease, before.observedMs, after.observedMs);
    if (heldMs > 0) seconds[lease.class] = (seconds[lease.class] ?? 0) + heldMs / 1000;
  }
  const points = Math.max(0, after.percent - start.base);
  const next = { ...start, toMs: after.observedMs, seconds, points };
  const lengthMs = next.toMs - next.fromMs;
  const isLong = lengthMs >= (points > 0 ? SHORTEST_MS : LONGEST_MS);
  return isLong ? { open: undefined, ended: toEnded(next) } : { open: next, ended: undefined };
}

function toEnded({ window, fromMs, toMs, points, seconds }: OpenInterval): Interval {
  return { window, fromMs, toMs, points, seconds };
}
