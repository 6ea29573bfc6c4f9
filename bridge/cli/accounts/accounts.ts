// `claude-meter accounts`: every name that `--account` understands, row by row.
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { toJsonText } from "../json-text.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { toTerminalText } from "../terminal-text.ts";

export const accountsOptionNames = { command: "accounts", flags: ["json"], texts: [] } as const satisfies OptionNames;

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
  for (const account of accounts) {
    const names = [account.account_email, account.org_name, account.plan].filter((name) => name !== null);
    writeOut(`${names.map((name) => toTerminalText(name)).join(" · ")}\n`);
    writeOut(`  account ${account.account_uuid ?? "unknown"}\n  organisation ${account.org_uuid}\n`);
  }
}
