// `claude-meter accounts forget`: which rows a name means, the question, and the bridge that lets them go. Nobody else writes
// status.json, so a bridge that is not running is started for it and stopped again.

import { forgetReplySchema } from "../../../shared/forget.ts";
import { formatDuration } from "../../../shared/format.ts";
import { type Row, toRow } from "../../../shared/freshness.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import {
  isStoppedByUser,
  readBridgeStatus,
  startBridge,
  stopBridge,
  writeStoppedMark,
} from "../../state/bridge-process.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { confirmInTerminal } from "../confirm.ts";
import { writeError } from "../output.ts";
import { selectRows, toNoMatchError, toRowName } from "../row/read-row.ts";

/** The rows that are gone; none when the user thought better of it. */
export async function forgetAccount(name: string | undefined, isSure: boolean): Promise<Row[]> {
  const rows = findRows(name);
  const list = rows.map((row) => `  ${toRowName(row)}, read ${toAge(row)} ago\n`).join("");
  if (!isSure) {
    writeError(`This forgets what was read of\n${list}The history stays.\n`);
    const isMeant = await confirmInTerminal("Forget it?", `claude-meter accounts forget ${JSON.stringify(name)} --yes`);
    if (!isMeant) {
      writeError("Nothing was changed.\n");
      return [];
    }
  }
  const forgotten = await withBridge(() => forgetEach(rows));
  writeError(forgotten.length === 0 ? "It was forgotten already.\n" : `Forgotten:\n${list}`);
  if (forgotten.some(({ stale }) => !stale)) {
    writeError("It was read in the last minutes: a browser that is still signed in to it brings it back.\n");
  }
  return forgotten;
}

function findRows(name: string | undefined): Row[] {
  if (name === undefined) throw new CliError("usage", "forget needs a name: `claude-meter accounts` lists them.");
  const reading = readStatus(toStatusPath(toStateFolder()));
  if (reading.kind === "damaged") {
    throw new CliError("unknown", "status.json cannot be read: run `claude-meter doctor`.");
  }
  const nowMs = Date.now();
  const rows = reading.kind === "read" ? reading.status.rows.map((row) => toRow(row, nowMs)) : [];
  if (rows.length === 0) throw new CliError("unknown", "no account has been read yet: run `claude-meter doctor`.");
  const matches = selectRows(rows, name);
  if (matches.length === 0) throw toNoMatchError(rows, name, "");
  return matches;
}

function toAge({ age_seconds }: Row): string {
  return formatDuration(age_seconds * 1000);
}

async function forgetEach(rows: readonly Row[]): Promise<Row[]> {
  const forgotten: Row[] = [];
  for (const row of rows) {
    const { org_uuid, account_uuid, account_email } = row;
    const answer = await askBridge("POST", "/forget", { org_uuid, account_uuid, account_email }).catch(throwInWords);
    if (forgetReplySchema.parse(answer).forgotten) forgotten.push(row);
  }
  return forgotten;
}

/** 404 of a bridge that was started before an update, 507 of a full disk. */
function throwInWords(error: unknown): never {
  const reason = error instanceof Error ? error.message : String(error);
  throw new CliError("internal", `nothing was forgotten, ${reason}: run \`claude-meter doctor\`.`);
}

async function withBridge<T>(use: () => Promise<T>): Promise<T> {
  if (await readBridgeStatus()) return await use();
  const wasStopped = isStoppedByUser();
  if (!(await startBridge())) throw new CliError("internal", "the bridge did not start: run `claude-meter doctor`.");
  try {
    return await use();
  } finally {
    await stopBridge();
    writeStoppedMark(wasStopped);
  }
}
