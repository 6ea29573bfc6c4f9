// What `claude-meter` without a command shows: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountFilter, noColor } from "../help/common-options.ts";
import type { rowsOptionNames } from "./rows.ts";

export const help = {
  name: "rows",
  usage: "claude-meter [--json] [--account <name>] [--redact] [--no-color]",
  summary: "show every account with all its rate limit windows",
  options: {
    json: { meaning: "an array of rows, one per account and organisation (the contract is in the README)" },
    account: accountFilter,
    redact: { meaning: "numbers, states and ids only: no e-mail, no names, no text of the server" },
    "no-color": noColor,
  },
  details: ["Exit code: 0 rows were printed, 69 there are none, 64 the command line is wrong."],
  examples: [
    ["claude-meter", "the table"],
    ["claude-meter --json", "all rows for a script"],
    ["claude-meter --json --redact", "the same for an agent or a bug report"],
  ],
} satisfies CommandHelp<typeof rowsOptionNames>;
