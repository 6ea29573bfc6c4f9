// Every point of a range as a file that the browser saves.
import { formatHistoryCsv } from "../../shared/history-csv.ts";
import { toIso } from "../../shared/time.ts";
import type { ExactHistory } from "./account-history.ts";
import type { Range } from "./range.ts";

export type Format = "csv" | "json";

export function saveFile(histories: readonly ExactHistory[], format: Format, { sinceMs, untilMs }: Range): void {
  const text = format === "csv" ? formatHistoryCsv(histories.flatMap(({ series }) => series)) : formatJson(histories);
  const url = URL.createObjectURL(new Blob([text], { type: format === "csv" ? "text/csv" : "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = `claude-meter-${toIso(sinceMs).slice(0, 10)}-${toIso(untilMs).slice(0, 10)}.${format}`;
  link.click();
  // Later: the browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** The same fields as `claude-meter history --format json`. */
function formatJson(histories: readonly ExactHistory[]): string {
  const all = histories.flatMap(({ row, gapMs, series }) =>
    series.map(({ org_uuid, account_uuid, window, label, points, resets }) => ({
      org_uuid,
      account_uuid,
      org_name: row.org_name,
      account_email: row.account_email,
      window,
      label,
      gap_seconds: gapMs / 1000,
      resets: resets.map(toIso),
      points: points.map(([at, utilization, resetsAt]) => {
        return { at: toIso(at), utilization, resets_at: resetsAt === null ? null : toIso(resetsAt) };
      }),
    })),
  );
  return `${JSON.stringify(all)}\n`;
}
