// What each hour of the week usually costs this user, learnt from the past of one window. Pure.

import type { HistoryPoint } from "../../../shared/history.ts";
import { toPeriods } from "../../../shared/resets.ts";
import { type Stretch, toStretches } from "./burn-rate.ts";

const HOUR_MS = 3_600_000;
const HOURS = 168;
/** So much of the past has to be known before it is a habit: ten days. */
const LEAST_KNOWN_HOURS = 240;
/** Of a longer stretch without a look it is not known which hours were spent. */
const LONGEST_STRETCH_MS = 24 * HOUR_MS;
/** Beside what was seen of an hour, the average hour counts as if it had been seen this long. */
const AVERAGE_HOURS = 0.5;

/** Points of the window in each hour of a week (of UTC; it begins like 1970, with a Thursday). */
export type WeeklyProfile = readonly number[];

/**
 * Undefined while less than ten days are known. What was spent in a gap is spread over its hours; hours at a full window
 * say nothing, because nobody could work.
 */
export function toWeeklyProfile(points: readonly HistoryPoint[], gapMs: number): WeeklyProfile | undefined {
  const spent = new Float64Array(HOURS);
  const known = new Float64Array(HOURS);
  for (const period of toPeriods(points)) {
    for (const stretch of toStretches(period, gapMs)) {
      if (!stretch.isFull && stretch.toMs - stretch.fromMs <= LONGEST_STRETCH_MS) addStretch(stretch, spent, known);
    }
  }
  const knownHours = toSum(known);
  if (knownHours < LEAST_KNOWN_HOURS) return undefined;
  const average = toSum(spent) / knownHours;
  return Array.from(
    known,
    (_, hour) => (toSmooth(spent, hour) + AVERAGE_HOURS * average) / (toSmooth(known, hour) + AVERAGE_HOURS),
  );
}

/** The usual points an hour at a moment. */
export function toUsualRate(profile: WeeklyProfile, atMs: number): number {
  return profile[toHourOfWeek(atMs)] ?? 0;
}

function addStretch({ fromMs, toMs, points }: Stretch, spent: Float64Array, known: Float64Array): void {
  for (let partMs = fromMs; partMs < toMs; ) {
    const endMs = Math.min(toMs, (Math.floor(partMs / HOUR_MS) + 1) * HOUR_MS);
    const hour = toHourOfWeek(partMs);
    spent[hour] = (spent[hour] ?? 0) + (points * (endMs - partMs)) / (toMs - fromMs);
    known[hour] = (known[hour] ?? 0) + (endMs - partMs) / HOUR_MS;
    partMs = endMs;
  }
}

function toHourOfWeek(atMs: number): number {
  const hour = Math.floor(atMs / HOUR_MS) % HOURS;
  return hour < 0 ? hour + HOURS : hour;
}

/** An hour with a part of its neighbours: nobody begins at the full hour each week. */
function toSmooth(values: Float64Array, hour: number): number {
  const before = values[(hour + HOURS - 1) % HOURS] ?? 0;
  const after = values[(hour + 1) % HOURS] ?? 0;
  return (values[hour] ?? 0) / 2 + (before + after) / 4;
}

function toSum(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
