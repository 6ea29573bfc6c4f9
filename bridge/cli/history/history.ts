// `claude-meter history`: what was seen of each window, from the bridge's store.
import { type Row, toRow } from "../../../shared/freshness.ts";
import { formatHistoryCsv } from "../../../shared/history-csv.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { writeOut } from "../output.ts";
import { parseOptions } from "../parse-options.ts";
import { selectRows, toNoMatchError } from "../row/read-row.ts";
import { toTerminal } from "../terminal.ts";
import { askHistory } from "./ask-history.ts";
import { formatJson } from "./format-history.ts";
import { historyOptionNames, toHistoryOptions } from "./history-options.ts";
import { renderHistory } from "./render-history.ts";
import { type RowHistory, toRowHistory } from "./row-history.ts";

/** Finer than any terminal; of a year each point stands for nine hours. */
const TABLE_POINTS = 2_000;
const NOTHING = "no history for this time: try `--since 30d`. The bridge records every reading from now on.";

export async function runHistory(args: string[]): Promise<void> {
  const given = parseOptions(args, historyOptionNames);
  const nowMs = Date.now();
  const options = toHistoryOptions(given, nowMs);
  const { format, redact, sinceMs, untilMs } = options;
  const rows = readRows(options.account, nowMs);
  const histories: RowHistory[] = [];
  for (const row of rows) {
    const asked = { ...options, ...(format === "table" ? { maxPoints: TABLE_POINTS } : {}) };
    const series = await askHistory(row, asked);
    if (series.length > 0) histories.push(toRowHistory(row, series));
  }
  checkWindows(options.windows, rows, histories);
  if (format === "csv") writeOut(formatHistoryCsv(histories.flatMap(({ series }) => series)));
  else if (format === "json") writeOut(formatJson(histories, redact));
  if (histories.length === 0) throw new CliError("unknown", NOTHING);
  if (format === "table") {
    writeOut(
      renderHistory({ histories, sinceMs, untilMs, nowMs, redact, terminal: toTerminal(given.has("no-color")) }),
    );
  }
  // The rest of a normal exit is time that nobody needs.
  process.exit(exitCodes.done);
}

function readRows(account: string | undefined, nowMs: number): Row[] {
  const reading = readStatus(toStatusPath(toStateFolder()));
  const all = reading.kind === "read" ? reading.status.rows.map((row) => toRow(row, nowMs)) : [];
  if (all.length === 0) {
    throw new CliError("unknown", "no data yet: run `claude-meter doctor` to see what to do.");
  }
  const rows = selectRows(all, account);
  if (rows.length === 0 && account !== undefined) throw toNoMatchError(all, account);
  return rows;
}

/** Also a window that is no more can be asked for, as long as something is left of it. */
function checkWindows(asked: readonly string[] = [], rows: readonly Row[], histories: readonly RowHistory[]): void {
  const known = new Set([
    ...rows.flatMap((row) => row.windows.map(({ id }) => id)),
    "money",
    ...histories.flatMap(({ series }) => series.map(({ window }) => window)),
  ]);
  const wrong = asked.filter((id) => !known.has(id)).map((id) => JSON.stringify(id));
  if (wrong.length === 0) return;
  throw new CliError("unknown", `unknown window ${wrong.join(", ")}. Available: ${[...known].join(", ")}.`);
}
