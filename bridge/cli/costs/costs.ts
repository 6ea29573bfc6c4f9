// `claude-meter costs [--since 7d] [--json]`: which agent used how much of each window, and what was used elsewhere.

import { toRow } from "../../../shared/freshness.ts";
import { costsSchema } from "../../../shared/lease/lease-wire.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { toJsonText } from "../json-text.ts";
import { askForLeases } from "../lease/ask-for-leases.ts";
import { parseDuration } from "../option-values.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { selectRows, toAccount, toNoMatchError } from "../row/read-row.ts";
import { isTerminal, toTerminal } from "../terminal.ts";
import { renderCosts } from "./render-costs.ts";

export const costsOptionNames = {
  command: "costs",
  flags: ["json", "no-color"],
  texts: ["since", "account"],
} as const satisfies OptionNames;

export async function runCosts(args: string[]): Promise<void> {
  const given = parseOptions(args, costsOptionNames);
  const nowMs = Date.now();
  const sinceMs = nowMs - parseDuration("since", given.text("since") ?? "7d", "a time such as 5h, 1d or 7d");
  const { costs } = await askForLeases("GET", `/costs?since=${sinceMs}`, (answer) => costsSchema.parse(answer));
  const account = toAccount(given.text("account"));
  const status = readStatus(toStatusPath(toStateFolder()));
  const rows = status.kind === "read" ? status.status.rows.map((row) => toRow(row, nowMs)) : [];
  const wanted = selectRows(rows, account);
  if (account !== undefined && wanted.length === 0) throw toNoMatchError(rows, account);
  const isWanted = (cost: (typeof costs)[number]) =>
    account === undefined ||
    wanted.some(
      (row) => row.org_uuid === cost.org_uuid && (cost.account_uuid ?? row.account_uuid) === row.account_uuid,
    );
  const shown = costs.filter(isWanted);
  if (given.has("json")) return writeOut(`${toJsonText(shown)}\n`);
  if (shown.length === 0) return writeError("Nothing is known yet: costs are learned while runs hold leases.\n");
  writeOut(renderCosts(shown, isTerminal() ? toTerminal(true).columns : Infinity));
}
