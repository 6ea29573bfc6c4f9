// History for other programs: every point as it was seen. Pure. The CSV is shared/history-csv.ts.
import { toPointSource } from "../../../shared/point-source.ts";
import { toIso } from "../../../shared/time.ts";
import { toJsonText } from "../json-text.ts";
import type { RowHistory } from "./row-history.ts";

/** An array of series, a row's window each; points stay in the order of time. */
export function formatJson(histories: readonly RowHistory[], redact: boolean): string {
  const all = histories.flatMap(({ row, series }) =>
    series.map(({ org_uuid, account_uuid, window, label, gap_ms, points, sources, resets }) => ({
      org_uuid,
      account_uuid,
      ...(redact ? {} : { org_name: row.org_name, account_email: row.account_email }),
      window,
      label: redact ? window : label,
      gap_seconds: gap_ms / 1000,
      resets: resets.map(toIso),
      points: points.map(([at, utilization, resetsAt]) => {
        const resets_at = resetsAt === null ? null : toIso(resetsAt);
        return { at: toIso(at), utilization, resets_at, source: toPointSource(sources, at) };
      }),
    })),
  );
  return `${toJsonText(all)}\n`;
}
