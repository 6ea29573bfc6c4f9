// What `claude-meter accounts` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { accountsOptionNames } from "./accounts.ts";

export const help = {
  name: "accounts",
  usage: "claude-meter accounts [--json]",
  summary: "list the accounts and organisations that --account understands",
  options: { json: { meaning: "an array for scripts" } },
  details: ["Exit code: 0 listed, 69 there are none."],
  examples: [["claude-meter accounts", "names and ids"]],
} satisfies CommandHelp<typeof accountsOptionNames>;
