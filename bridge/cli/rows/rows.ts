// `claude-meter` and `claude-meter --json`: every row as it stands now. The JSON form is the hot path.
import { type Row, toRow } from "../../../shared/freshness.ts";
import type { Install } from "../../../shared/row.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { toJsonText } from "../json-text.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { selectRows, toAccount, toNoMatchError } from "../row/read-row.ts";
import { toTerminal } from "../terminal.ts";
import { toTerminalText } from "../terminal-text.ts";

export const rowsOptionNames = {
  command: "rows",
  flags: ["json", "redact", "no-color"],
  texts: ["account"],
} as const satisfies OptionNames;

export async function runRows(args: string[]): Promise<void> {
  const given = parseOptions(args, rowsOptionNames);
  const account = toAccount(given.text("account"));
  const isJson = given.has("json");
  const nowMs = Date.now();
  const status = readOrThrow(isJson);
  const all = status.rows.map((row) => toRow(row, nowMs));
  const rows = selectRows(all, account);
  if (isJson) writeOut(`${toJsonText(given.has("redact") ? await toRedacted(rows) : rows)}\n`);
  if (rows.length === 0) throw toNoRowsError(all, status.installs, account);
  // The rest of a normal exit costs a fiftieth of the whole call.
  if (isJson) process.exit(exitCodes.done);
  const { renderTable } = await import("./render-table.ts");
  const terminal = toTerminal(given.has("no-color"));
  writeOut(renderTable({ rows, installs: status.installs, nowMs, redact: given.has("redact"), terminal }));
}

async function toRedacted(rows: readonly Row[]) {
  const { toRedactedRow } = await import("./redact.ts");
  return rows.map(toRedactedRow);
}

function readOrThrow(isJson: boolean) {
  const path = toStatusPath(toStateFolder());
  const reading = readStatus(path);
  if (reading.kind === "read") return reading.status;
  if (isJson) writeOut("[]\n");
  throw new CliError(
    "unknown",
    reading.kind === "missing"
      ? "no reading yet: run `claude-meter bridge start` and load the extension in your browser."
      : `${path} is damaged or from a newer claude-meter: run \`claude-meter doctor\` to see what to do.`,
  );
}

function toNoRowsError(rows: readonly Row[], installs: readonly Install[], account: string | undefined): CliError {
  if (account !== undefined && rows.length > 0) return toNoMatchError(rows, account);
  const states = installs.map((install) => toTerminalText(`${install.browser}: ${install.state}`));
  return new CliError(
    "unknown",
    states.length > 0
      ? `no reading yet (${states.join(", ")}): open the extension's popup to see what to do.`
      : "no reading yet: load the extension and sign in to claude.ai.",
  );
}
