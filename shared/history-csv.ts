// History as CSV, one line a point: the same file from the charts page and from the terminal. Pure.
import type { Series } from "./history.ts";
import { toPointSource } from "./point-source.ts";
import { toIso } from "./time.ts";

const HEADER = "at,org_uuid,account_uuid,window,utilization,resets_at,source";

/** RFC 4180. Ids, numbers and moments only: nothing to quote, and nothing that a spreadsheet takes for a formula. */
export function formatHistoryCsv(
  all: readonly Pick<Series, "org_uuid" | "account_uuid" | "window" | "points" | "sources">[],
): string {
  const records = all.flatMap(({ org_uuid, account_uuid, window, points, sources }) =>
    points.map(([at, utilization, resetsAt]) => {
      const reset = resetsAt === null ? "" : toIso(resetsAt);
      const source = toPointSource(sources, at);
      return [toIso(at), org_uuid, account_uuid ?? "", window, utilization ?? "", reset, source].join(",");
    }),
  );
  // Every moment is written in the same width, so this is the order of time.
  return `${[HEADER, ...records.toSorted()].join("\r\n")}\r\n`;
}
