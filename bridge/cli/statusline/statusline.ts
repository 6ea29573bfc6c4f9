// `claude-meter statusline`: one line for Claude Code, at each paint. It never fails: what it can not know is a question mark.
import { type Row, toRow } from "../../../shared/freshness.ts";
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { readStdinJson } from "../read-stdin.ts";
import { type Login, readLogin } from "../row/read-login.ts";
import { selectRow, toAccount } from "../row/read-row.ts";
import { formatStatusLine } from "./format-status-line.ts";
import { handOver } from "./hand-over.ts";
import { parseStatusInput } from "./parse-status-input.ts";
import { readAnswerTime } from "./read-answer-time.ts";
import { isNewer, isRowOfLogin, toShownRow } from "./to-shown-row.ts";

export const statuslineOptionNames = {
  command: "statusline",
  flags: ["no-color"],
  texts: ["format", "account"],
} as const satisfies OptionNames;

export async function runStatusline(args: string[]): Promise<void> {
  try {
    await printLine(args);
  } catch (error) {
    // Claude Code shows nothing at all for a command that fails.
    writeError(`claude-meter: ${error instanceof CliError ? error.message : String(error)}\n`);
    writeDoubt();
  }
  // The rest of a normal exit costs more than the line itself.
  process.exit(exitCodes.done);
}

function writeDoubt(): void {
  try {
    writeOut("?\n");
  } catch {
    // A stdout that takes nothing was the error itself.
  }
}

async function printLine(args: readonly string[]): Promise<void> {
  const options = parseOptions(args, statuslineOptionNames);
  const stdin = await readStdinJson();
  const nowMs = Date.now();
  const { windows, model, transcriptPath } = parseStatusInput(stdin, nowMs);
  const account = toAccount(options.text("account"));
  const login = readLogin();
  const known = findRow(account, login, nowMs);
  const own = known && isRowOfLogin(known, login) ? known : undefined;
  // The numbers of this session are its own account's, so they say nothing about another one that was asked for.
  const hasHeard = Object.keys(windows).length > 0 && (own !== undefined || account === undefined);
  const heard = hasHeard ? { observed_at: toIso(readAnswerTime(transcriptPath, nowMs)), windows } : undefined;
  const row = heard ? toShownRow(own, heard, nowMs) : known;
  writeOut(`${row ? formatStatusLine(row, { model, nowMs }, options.text("format")) : "?"}\n`);
  if (own && heard && isNewer(heard, own)) await handOver(own, heard, nowMs);
}

function findRow(account: string | undefined, login: Login | undefined, nowMs: number): Row | undefined {
  const reading = readStatus(toStatusPath(toStateFolder()));
  if (reading.kind !== "read") return undefined;
  const rows = reading.status.rows.map((row) => toRow(row, nowMs));
  const choice = selectRow(rows, account, login);
  return choice.kind === "row" ? choice.row : undefined;
}
