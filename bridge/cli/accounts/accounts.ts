// `claude-meter accounts`: every name that `--account` understands, row by row; and `accounts forget`.
import type { StoredRow } from "../../../shared/row.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { cut } from "../cells.ts";
import { CliError } from "../cli-error.ts";
import { toJsonText } from "../json-text.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { isTerminal, toTerminal } from "../terminal.ts";
import { toTerminalText } from "../terminal-text.ts";
import { forgetAccount } from "./forget-account.ts";

export const accountsOptionNames = {
  command: "accounts",
  words: ["forget"],
  named: ["forget"],
  flags: ["json", "yes"],
  texts: [],
} as const satisfies OptionNames;

const LABELLED_ID_CELLS = "  organisation 00000000-0000-4000-8000-000000000000".length;

export async function runAccounts(args: string[]): Promise<void> {
  const given = parseOptions(args, accountsOptionNames);
  const isJson = given.has("json");
  if (given.word === "forget") {
    const forgotten = await forgetAccount(given.name, given.has("yes"));
    return writeOut(isJson ? `${toJsonText(forgotten.map(toAccount))}\n` : "");
  }
  if (given.has("yes")) throw new CliError("usage", "--yes is for `claude-meter accounts forget <name>`.");
  const reading = readStatus(toStatusPath(toStateFolder()));
  const accounts = reading.kind === "read" ? reading.status.rows.map(toAccount) : [];
  if (isJson) writeOut(`${toJsonText(accounts)}\n`);
  if (accounts.length === 0) throw new CliError("unknown", "no account has been read yet: run `claude-meter doctor`.");
  if (isJson) return;
  const columns = isTerminal() ? toTerminal(true).columns : Infinity;
  // An id is copied, so it stays whole and gets a line of its own before it is too wide.
  const gap = columns < LABELLED_ID_CELLS ? "\n    " : " ";
  for (const account of accounts) {
    const names = [account.account_email, account.org_name, account.plan].filter((name) => name !== null);
    writeOut(`${cut(names.map((name) => toTerminalText(name)).join(" · "), columns)}\n`);
    writeOut(`  account${gap}${account.account_uuid ?? "unknown"}\n  organisation${gap}${account.org_uuid}\n`);
  }
}

type Named = Pick<StoredRow, "account_email" | "account_uuid" | "org_name" | "org_uuid" | "plan" | "browser">;

function toAccount({ account_email, account_uuid, org_name, org_uuid, plan, browser }: Named) {
  return { account_email, account_uuid, org_name, org_uuid, plan, browser };
}
