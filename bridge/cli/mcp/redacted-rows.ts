// The rows as an agent may see them: those of `--json --redact`, without the server's raw answer, which only fills a context.
import { toRow } from "../../../shared/freshness.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { selectRows } from "../row/read-row.ts";
import { toRedactedRow } from "../rows/redact.ts";

/** `reason` says why there are none: "no-data", "damaged" or "unknown-account". */
export function readRedactedRows(account: string | undefined, nowMs: number) {
  const reading = readStatus(toStatusPath(toStateFolder()));
  if (reading.kind !== "read") return { rows: [], reason: reading.kind === "missing" ? "no-data" : "damaged" };
  const all = reading.status.rows.map((row) => toRow(row, nowMs));
  const rows = selectRows(all, account).map((row) => {
    const { usage: _, ...rest } = toRedactedRow(row);
    return rest;
  });
  if (rows.length > 0) return { rows };
  return { rows, reason: all.length > 0 ? "unknown-account" : "no-data" };
}
