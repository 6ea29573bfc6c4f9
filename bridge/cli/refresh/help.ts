// What `claude-meter refresh` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountFilter, noColor } from "../help/common-options.ts";
import type { refreshOptionNames } from "./refresh.ts";

export const help = {
  name: "refresh",
  usage: "claude-meter refresh [--account <name>] [--max-wait 30s] [--json]",
  summary: "read claude.ai now and show the result",
  options: {
    account: accountFilter,
    "max-wait": { value: "<time>", meaning: "give up after this long with exit code 69 (30s)" },
    json: { meaning: "print how the reading of each account went, as a JSON array (docs/json.md)" },
    redact: { meaning: "print ids instead of e-mails and names" },
    "no-color": noColor,
  },
  details: [
    "Asks the browser that reads the account. It reads at most every 10 seconds: whoever asks meanwhile gets that reading.",
    "",
    "Exit code: 0 status.json holds a new reading, 69 it does not (no bridge, no browser, claude.ai did not answer).",
  ],
  examples: [
    ["claude-meter refresh", "the table, a second or two old"],
    ["claude-meter refresh --account user@example.com", "one account"],
    ["claude-meter refresh --json --max-wait 5s", "for a script, with an exit code"],
  ],
} satisfies CommandHelp<typeof refreshOptionNames>;
