// How full each rate limit of a row is, as leases reckon with it. Pure.
import type { StoredRow } from "../../../shared/row.ts";
import type { Level } from "./lease.ts";

export function toLevels(row: StoredRow): Record<string, Level> {
  const levels: Record<string, Level> = {};
  for (const { id, scope, utilization, resets_at } of row.windows) {
    if (scope === "pool" || utilization === null) continue;
    levels[id] = {
      percent: utilization,
      resetsMs: resets_at === null ? null : Date.parse(resets_at),
      observedMs: Date.parse(row.fetched_at),
    };
  }
  return levels;
}
