// Who used how much of each window over a stretch of time: what was read, shared out by what each class is known to use an
// hour. The shares of all, chats and other machines among them, add up to what was read. Pure.
import type { ListedCost } from "../../../../shared/lease/lease-wire.ts";
import type { Interval } from "./intervals.ts";
import { type Costs, type Job, MIN_JOBS, toQuarterHours } from "./learn-costs.ts";

export type Past = { intervals: readonly Interval[]; jobs: readonly Job[]; costs: Costs };

const HOUR_MS = 3_600_000;
/** The name of what is used elsewhere among the shares; no class can have it. */
const ELSEWHERE = "";

export function toListedCosts(
  { intervals, jobs, costs }: Past,
  row: Pick<ListedCost, "org_uuid" | "account_uuid">,
): ListedCost[] {
  const used = new Map<string, Record<string, { points: number; error: number }>>();
  const seconds = new Map<string, number>();
  for (const interval of intervals) {
    for (const { name, points, error } of shareOut(interval, costs)) {
      const own = used.get(name) ?? {};
      const before = own[interval.window] ?? { points: 0, error: 0 };
      used.set(name, { ...own, [interval.window]: { points: before.points + points, error: before.error + error } });
    }
  }
  for (const job of jobs) seconds.set(job.class, (seconds.get(job.class) ?? 0) + (job.endedMs - job.startedMs) / 1000);
  const names = new Set([...used.keys(), ...jobs.map((job) => job.class)]);
  return [...names]
    .map((name): ListedCost => {
      const own = costs.classes[name];
      const n = own?.n ?? 0;
      return {
        ...row,
        class: name === ELSEWHERE ? null : name,
        runs: jobs.filter((job) => job.class === name).length,
        hours: (seconds.get(name) ?? 0) / 3600,
        used: used.get(name) ?? {},
        per_run: own && n >= MIN_JOBS ? toPerRun(own) : null,
        n,
      };
    })
    .toSorted((a, b) => toMost(b) - toMost(a));
}

type Share = { name: string; points: number; error: number };

function shareOut({ window, fromMs, toMs, points, seconds }: Interval, { classes, background }: Costs): Share[] {
  if (points <= 0) return [];
  const parts = Object.entries(seconds).map(([name, held]) => {
    return { name, hours: held / 3600, rate: classes[name]?.rates[window] };
  });
  const elsewhere = toQuarterHours({ fromMs, toMs }).map((hours, quarter) => {
    return { name: ELSEWHERE, hours, rate: background[window]?.[quarter] };
  });
  const all = [...parts, ...elsewhere];
  const sum = all.reduce((total, { hours, rate }) => total + hours * (rate?.pointsPerHour ?? 0), 0);
  // Of what nobody is known for, nobody of ours is accused.
  if (sum <= 0) return [{ name: ELSEWHERE, points, error: points }];
  return all.map(({ name, hours, rate }) => {
    return { name, points: (points * hours * (rate?.pointsPerHour ?? 0)) / sum, error: hours * (rate?.error ?? 0) };
  });
}

function toPerRun({ rates, p50Ms, p80Ms }: Costs["classes"][string]): ListedCost["per_run"] {
  return Object.fromEntries(
    Object.entries(rates).map(([window, { pointsPerHour }]) => [
      window,
      { p50: (pointsPerHour * p50Ms) / HOUR_MS, p80: (pointsPerHour * p80Ms) / HOUR_MS },
    ]),
  );
}

function toMost({ used }: ListedCost): number {
  return Math.max(0, ...Object.values(used).map(({ points }) => points));
}
