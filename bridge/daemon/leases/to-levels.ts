// How full each rate limit of a row is, as leases reckon with it: by the value that counts of all sources, as gates do. Pure.
import { toRow } from "../../../shared/freshness.ts";
import type { StoredRow } from "../../../shared/row.ts";
import type { Level } from "./lease.ts";

export function toLevels(stored: StoredRow, nowMs: number): Record<string, Level> {
  const row = toRow(stored, nowMs);
  const levels: Record<string, Level> = {};
  for (const { id, scope, utilization, last_known, resets_at, observed_at } of row.windows) {
    // Of a window that has rolled the old value tells the book which period it was of.
    const percent = utilization ?? last_known;
    if (scope === "pool" || percent === null) continue;
    levels[id] = {
      percent,
      resetsMs: resets_at === null ? null : Date.parse(resets_at),
      observedMs: Date.parse(observed_at ?? row.fetched_at),
    };
  }
  return levels;
}
