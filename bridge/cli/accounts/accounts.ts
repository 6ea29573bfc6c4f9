// `claude-meter accounts`: every name that `--account` understands, row by row.
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { cut } from "../cells.ts";
import { CliError } from "../cli-error.ts";
import { toJsonText } from "../json-text.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { isTerminal, toTerminal } from "../terminal.ts";
import { toTerminalText } from "../terminal-text.ts";

export const accountsOptionNames = { command: "accounts", flags: ["json"], texts: [] } as const satisfies OptionNames;

const LABELLED_ID_CELLS = "  organisation 00000000-0000-4000-8000-000000000000".length;

export async function runAccounts(args: string[]): Promise<void> {
  const isJson = parseOptions(args, accountsOptionNames).has("json");
  const reading = readStatus(toStatusPath(toStateFolder()));
  const rows = reading.kind === "read" ? reading.status.rows : [];
  const accounts = rows.map(({ account_email, account_uuid, org_name, org_uuid, plan, browser }) => {
    return { account_email, account_uuid, org_name, org_uuid, plan, browser };
  });
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
