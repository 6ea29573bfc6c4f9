// What a forecast has to be better than: two straight lines, with the same knowledge of the window's start. Pure.
import type { HistoryPoint } from "../../shared/history.ts";
import { toCurrentPeriod, toResets } from "../../shared/resets.ts";
import { HOUR, MINUTE } from "./play-user.ts";

/** What is said of a window: its level at the reset, and when it is full if that is before. */
export type Guess = { endPercent: number; fullMs: number | undefined };

export type Seen = { used: number; resetMs: number; lengthMs: number; nowMs: number; points: readonly HistoryPoint[] };

/** On as since the window's start. */
export function guessByStart(seen: Seen): Guess {
  return goOn(seen, seen.used / toElapsedHours(seen));
}

/** On as in the last hour, or since the start when that is later. */
export function guessByHour(seen: Seen): Guess {
  const { used, nowMs, points } = seen;
  const period = toCurrentPeriod(points);
  const known = period.filter(([, value]) => value !== null);
  const before = known.findLast(([atMs]) => atMs <= nowMs - HOUR) ?? (toElapsedHours(seen) > 1 ? known[0] : undefined);
  return goOn(seen, Math.max(0, used - (before?.[1] ?? 0)) / Math.min(1, toElapsedHours(seen)));
}

function goOn({ used, nowMs, resetMs }: Seen, pointsPerHour: number): Guess {
  const fullMs = nowMs + ((100 - used) / pointsPerHour) * HOUR;
  return {
    endPercent: used + (pointsPerHour * (resetMs - nowMs)) / HOUR,
    fullMs: fullMs < resetMs ? fullMs : undefined,
  };
}

function toElapsedHours({ points, resetMs, lengthMs, nowMs }: Seen): number {
  const startMs = Math.max(resetMs - lengthMs, toResets(points).at(-1) ?? 0);
  return Math.max(MINUTE, nowMs - startMs) / HOUR;
}
