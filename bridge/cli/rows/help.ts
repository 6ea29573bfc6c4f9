// What `claude-meter` without a command shows: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountFilter, noColor } from "../help/common-options.ts";
import type { rowsOptionNames } from "./rows.ts";

export const help = {
  name: "rows",
  usage: "claude-meter [--json] [--account <name>] [--redact] [--no-color]",
  summary: "show every account with all its rate limit windows",
  options: {
    json: { meaning: "print a JSON array, one row per account and organisation; docs/json.md is the contract" },
    account: accountFilter,
    redact: { meaning: "print numbers, states and ids only: no e-mail, no names, no text from the server" },
    "no-color": noColor,
  },
  details: [
    "In the table, `binds` marks the fullest limit of those that stop all models.",
    "Exit code: 0 printed, 69 no data yet, 64 the command line is wrong.",
  ],
  examples: [
    ["claude-meter", "the table"],
    ["claude-meter --json", "all rows, for a script"],
    ["claude-meter --json --redact", "for an agent or a bug report"],
  ],
} satisfies CommandHelp<typeof rowsOptionNames>;
