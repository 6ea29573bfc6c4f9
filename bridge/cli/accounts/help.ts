// What `claude-meter accounts` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { accountsOptionNames } from "./accounts.ts";

export const help = {
  name: "accounts",
  usage: "claude-meter accounts [--json]",
  summary: "list the names that --account accepts",
  options: { json: { meaning: "print a JSON array" } },
  details: ["Exit code: 0 listed, 69 no account has been read yet."],
  examples: [["claude-meter accounts", "e-mails, organisations and ids"]],
} satisfies CommandHelp<typeof accountsOptionNames>;
