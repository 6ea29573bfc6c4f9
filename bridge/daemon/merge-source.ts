// The registers of one source of a row: of each window the newest observation wins, whatever order they came in. Pure.
import type { Register, SourceRecord } from "../../shared/reading.ts";
import { isWhole } from "../../shared/sources.ts";

export function mergeSource(known: SourceRecord | undefined, next: SourceRecord): SourceRecord {
  if (!known) return next;
  if (isWhole(next.source)) return newerWhole(known, next);
  const windows = new Map(Object.entries(known.windows));
  for (const [id, register] of Object.entries(next.windows)) windows.set(id, newerRegister(windows.get(id), register));
  const observed_at = known.observed_at > next.observed_at ? known.observed_at : next.observed_at;
  return { source: next.source, observed_at, windows: Object.fromEntries(windows) };
}

function newerWhole(known: SourceRecord, next: SourceRecord): SourceRecord {
  const order =
    compare(known.observed_at, next.observed_at) ||
    compare(toHighest(known), toHighest(next)) ||
    compare(JSON.stringify(known), JSON.stringify(next));
  return order >= 0 ? known : next;
}

export function newerRegister(known: Register | undefined, next: Register): Register {
  if (!known) return next;
  const order =
    compare(known.observed_at, next.observed_at) ||
    compare(known.utilization, next.utilization) ||
    compare(JSON.stringify(known), JSON.stringify(next));
  return order >= 0 ? known : next;
}

function toHighest({ windows }: SourceRecord): number {
  return Math.max(-1, ...Object.values(windows).map(({ utilization }) => utilization));
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
