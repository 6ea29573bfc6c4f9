// What a job of each class costs: points an hour by least squares over the stretches, times how long such jobs take. What
// is used while nothing of ours runs is the background, a class of its own. Pure.

import type { Interval } from "./intervals.ts";
import { addRow, createNormal, solveNonNegative, toVariances } from "./solve-non-negative.ts";

/** A job that has ended. */
export type Job = { class: string; startedMs: number; endedMs: number };

export type Rate = { pointsPerHour: number; error: number };
export type ClassCost = {
  /** How many jobs have ended. */
  n: number;
  p50Ms: number;
  p80Ms: number;
  meanMs: number;
  /** By window. */
  rates: Readonly<Record<string, Rate>>;
};
export type Costs = {
  classes: Readonly<Record<string, ClassCost>>;
  /** By window, and by quarter of the day: people chat by day. */
  background: Readonly<Record<string, readonly Rate[]>>;
};

/** Fewer jobs say nothing. */
export const MIN_JOBS = 3;
const MAX_INTERVALS = 400;
const HALF_LIFE_MS = 14 * 86_400_000;
const HOUR_MS = 3_600_000;
/** As if each class had been at work this long at the pace of all: classes that always run together share evenly. */
const PRIOR_HOURS = 0.5;
const MAX_JOBS = 100;

export const noCosts: Costs = { classes: {}, background: {} };

export function learnCosts(intervals: readonly Interval[], jobs: readonly Job[], nowMs: number): Costs {
  const windows = [...new Set(intervals.map(({ window }) => window))];
  const background: Record<string, readonly Rate[]> = {};
  const rates = new Map<string, Record<string, Rate>>();
  for (const window of windows) {
    const learned = learnRates(intervals.filter((interval) => interval.window === window).slice(-MAX_INTERVALS), nowMs);
    background[window] = learned.background;
    for (const [name, rate] of learned.rates) rates.set(name, { ...rates.get(name), [window]: rate });
  }
  const classes: Record<string, ClassCost> = {};
  for (const name of new Set([...rates.keys(), ...jobs.map((job) => job.class)])) {
    const durations = jobs
      .filter((job) => job.class === name)
      .slice(-MAX_JOBS)
      .map((job) => job.endedMs - job.startedMs)
      .toSorted((a, b) => a - b);
    classes[name] = {
      n: durations.length,
      p50Ms: toQuantile(durations, 0.5),
      p80Ms: toQuantile(durations, 0.8),
      meanMs: durations.reduce((sum, ms) => sum + ms, 0) / Math.max(1, durations.length),
      rates: rates.get(name) ?? {},
    };
  }
  return { classes, background };
}

type Learned = { background: readonly Rate[]; rates: Map<string, Rate> };

const QUARTER_MS = 6 * HOUR_MS;
const quarters = [0, 1, 2, 3] as const;

/** Of a day of UTC: which hours of the user's these are does not matter, as long as they stay the same. */
export function toQuarter(ms: number): number {
  return Math.floor(ms / QUARTER_MS) % quarters.length;
}

/** How many hours of a stretch lie in each quarter of the day. */
export function toQuarterHours({ fromMs, toMs }: Pick<Interval, "fromMs" | "toMs">): number[] {
  const hours: number[] = quarters.map(() => 0);
  for (let ms = fromMs; ms < toMs; ) {
    const endMs = Math.min(toMs, (Math.floor(ms / QUARTER_MS) + 1) * QUARTER_MS);
    hours[toQuarter(ms)] = (hours[toQuarter(ms)] ?? 0) + (endMs - ms) / HOUR_MS;
    ms = endMs;
  }
  return hours;
}

function learnRates(intervals: readonly Interval[], nowMs: number): Learned {
  const names = [...new Set(intervals.flatMap(({ seconds }) => Object.keys(seconds)))];
  const columns = names.length + quarters.length;
  const normal = createNormal(columns);
  const rows = intervals.map((interval) => {
    const hours = names.map((name) => (interval.seconds[name] ?? 0) / 3600);
    return {
      row: [...hours, ...toQuarterHours(interval)],
      points: interval.points,
      weight: 0.5 ** ((nowMs - interval.toMs) / HALF_LIFE_MS),
    };
  });
  for (const { row, points, weight } of rows) addRow(normal, row, points, weight);
  const worked = rows.reduce(
    (sum, { row }) => sum + row.slice(0, names.length).reduce((total, hours) => total + hours, 0),
    0,
  );
  const used = rows.reduce((sum, { points }) => sum + points, 0);
  const common = worked > 0 ? used / worked : 0;
  for (const index of names.keys()) {
    const row = Array.from({ length: columns }, (_none, column) => (column === index ? PRIOR_HOURS : 0));
    addRow(normal, row, PRIOR_HOURS * common, 1);
  }
  const solution = solveNonNegative(normal);
  const noise = rows.reduce((sum, { row, points, weight }) => {
    const fitted = row.reduce((total, hours, column) => total + hours * (solution[column] ?? 0), 0);
    return sum + weight * (points - fitted) ** 2;
  }, 0);
  const freedom = Math.max(1, rows.length - columns);
  const variances = toVariances(normal, solution);
  const toRate = (index: number): Rate => ({
    pointsPerHour: solution[index] ?? 0,
    error: Math.sqrt((variances[index] ?? 0) * (noise / freedom)),
  });
  return {
    background: quarters.map((quarter) => toRate(names.length + quarter)),
    rates: new Map(names.map((name, index) => [name, toRate(index)])),
  };
}

/** Of ascending values; 0 of none. */
function toQuantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
