// `claude-meter statusline`: one line for Claude Code, at each paint. It never fails: what it can not know is a question mark.
import { type Row, toRow } from "../../../shared/freshness.ts";
import type { Register, SourceRecord } from "../../../shared/reading.ts";
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { type Pane, readPane } from "../../state/read-pane.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { readStdinJson } from "../read-stdin.ts";
import { handOver } from "../row/hand-over.ts";
import { selectByName, selectByPane, toAccount } from "../row/read-row.ts";
import { toOwner } from "../row/to-owner.ts";
import { formatStatusLine } from "./format-status-line.ts";
import { parseStatusInput, type StatusInput } from "./parse-status-input.ts";
import { readAnswerTime } from "./read-answer-time.ts";
import { toShownRow } from "./to-shown-row.ts";

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
  const pane = readPane();
  const known = findRow(account, pane, nowMs);
  const owner = toOwner(pane);
  const own =
    known && owner?.account_uuid === known.account_uuid && owner.org_uuid === known.org_uuid ? known : undefined;
  // The numbers of this session are its own account's, so they say nothing about another one that was asked for.
  const hasHeard = Object.keys(windows).length > 0 && (own !== undefined || account === undefined);
  const answerMs = hasHeard ? readAnswerTime(transcriptPath, nowMs) : undefined;
  const heard = toRecord(windows, answerMs ?? nowMs);
  // What nobody can date is shown only where nothing is known.
  const row = hasHeard && (answerMs !== undefined || !own) ? toShownRow(own, heard, nowMs) : known;
  writeOut(`${row ? formatStatusLine(row, { model, nowMs }, options.text("format")) : "?"}\n`);
  const { five_hour, seven_day } = windows;
  // A gateway's limit is none of the account's.
  const told = { ...(five_hour && { five_hour }), ...(seven_day && { seven_day }) };
  if (owner && answerMs !== undefined && Object.keys(told).length > 0 && isNews(heard, own)) {
    await handOver({ ...owner, source: heard.source, observed_at: heard.observed_at, windows: told }, nowMs);
  }
}

function toRecord(windows: StatusInput["windows"], observedMs: number): SourceRecord {
  const observed_at = toIso(observedMs);
  const registers = Object.entries(windows).map(([id, window]): [string, Register] => [id, { ...window, observed_at }]);
  return { source: "statusline", observed_at, windows: Object.fromEntries(registers) };
}

function isNews({ source, observed_at }: SourceRecord, own: Row | undefined): boolean {
  if (!own) return true;
  const known = own.sources.find((each) => each.source === source)?.observed_at ?? own.fetched_at;
  return observed_at > known && observed_at > own.fetched_at;
}

function findRow(account: string | undefined, pane: Pane, nowMs: number): Row | undefined {
  const reading = readStatus(toStatusPath(toStateFolder()));
  if (reading.kind !== "read") return undefined;
  const rows = reading.status.rows.map((row) => toRow(row, nowMs));
  const choice = account === undefined ? selectByPane(rows, pane) : selectByName(rows, account);
  return choice.kind === "row" ? choice.row : undefined;
}
