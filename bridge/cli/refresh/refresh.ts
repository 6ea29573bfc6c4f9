// `claude-meter refresh`: has the browser read claude.ai now, and shows the table when the reading is in status.json.
import { toRow } from "../../../shared/freshness.ts";
import type { Refreshed } from "../../../shared/refresh.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { toJsonText } from "../json-text.ts";
import { parseDuration } from "../option-values.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { selectRows, toAccount, toNoMatchError, toRowName } from "../row/read-row.ts";
import { renderTable } from "../rows/render-table.ts";
import { toTerminal } from "../terminal.ts";
import { askForLook, LOOK_WAIT_MS } from "./ask-for-look.ts";
import { formatLookWords, formatOutcome } from "./format-look-words.ts";

export const refreshOptionNames = {
  command: "refresh",
  flags: ["json", "redact", "no-color"],
  texts: ["account", "max-wait"],
} as const satisfies OptionNames;

export async function runRefresh(args: string[]): Promise<void> {
  const given = parseOptions(args, refreshOptionNames);
  const account = toAccount(given.text("account"));
  const maxWait = given.text("max-wait");
  const maxMs = maxWait === undefined ? LOOK_WAIT_MS : parseDuration("max-wait", maxWait);
  // Where no row is yet, an account that is asked for by name may still come.
  const meant = account === undefined && !hasRows() ? [] : readRows(account);

  const answer = await askForLook(meant.length === 1 ? (meant[0] ?? {}) : {}, { maxMs });
  if (answer.kind !== "answered") throw new CliError("unknown", formatLookWords(answer) ?? "");
  const isMeant = ({ org_uuid, account_uuid }: Refreshed["rows"][number]) =>
    meant.length === 0 || meant.some((row) => row.org_uuid === org_uuid && row.account_uuid === account_uuid);
  const rows = answer.rows.filter(isMeant);
  if (given.has("json")) writeOut(`${toJsonText(rows)}\n`);
  else {
    const terminal = toTerminal(given.has("no-color"));
    const { installs } = readStatusOrThrow();
    const redact = given.has("redact");
    writeOut(renderTable({ rows: readRows(account), installs, nowMs: Date.now(), redact, terminal }));
  }
  // An account that no browser is signed in to any more holds up nothing, unless it was asked for by name.
  const isAnyRead = rows.some(({ outcome }) => outcome === "read");
  const failed = rows.filter(({ outcome }) => {
    return outcome !== "read" && (outcome !== "no-browser" || account !== undefined || !isAnyRead);
  });
  for (const row of failed) {
    const known = meant.find(
      ({ org_uuid, account_uuid }) => row.org_uuid === org_uuid && row.account_uuid === account_uuid,
    );
    const name = known && !given.has("redact") ? toRowName(known) : row.org_uuid;
    writeError(`claude-meter: ${name}: ${formatOutcome(row) ?? ""}\n`);
  }
  if (failed.length > 0 || !isAnyRead) process.exitCode = exitCodes.unknown;
}

function hasRows(): boolean {
  const reading = readStatus(toStatusPath(toStateFolder()));
  return reading.kind === "read" && reading.status.rows.length > 0;
}

function readStatusOrThrow() {
  const reading = readStatus(toStatusPath(toStateFolder()));
  if (reading.kind === "read" && reading.status.rows.length > 0) return reading.status;
  throw new CliError("unknown", "no reading yet: run `claude-meter doctor` to see what is missing.");
}

function readRows(account: string | undefined) {
  const nowMs = Date.now();
  const all = readStatusOrThrow().rows.map((row) => toRow(row, nowMs));
  const rows = selectRows(all, account);
  if (account !== undefined && rows.length === 0) throw toNoMatchError(all, account);
  return rows;
}
