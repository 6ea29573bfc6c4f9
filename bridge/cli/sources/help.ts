// What `claude-meter sources` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { sourcesOptionNames } from "./sources.ts";

export const help = {
  name: "sources",
  usage: "claude-meter sources [--json] [--on <name>] [--off <name>]",
  summary: "where readings come from, and why a source is silent",
  options: {
    json: { meaning: "print a JSON array (docs/json.md)" },
    on: {
      value: "<name>",
      choices: ["claude-code", "oauth"],
      meaning: "switch on a source that asks: claude-code, oauth",
    },
    off: { value: "<name>", choices: ["claude-code", "oauth"], meaning: "switch it off: claude-code, oauth" },
    keychain: { meaning: "with --on oauth, on macOS: read the token from the Keychain" },
  },
  details: [
    "claude-code (on) asks your own `claude` program when no other source is fresh and somebody waits: a guard, a run, a " +
      "lease, watch or refresh. At most every 10 minutes, and it sends no message to a model.",
    "oauth (off) asks the API directly with Claude Code's token, at most every 15 minutes. docs/sources.md says why it is off.",
    "",
    "Exit code: 0 done, 64 the command line is wrong.",
  ],
  examples: [
    ["claude-meter sources", "each source with its last reading and why it is silent"],
    ["claude-meter sources --json", "for a script"],
    ["claude-meter sources --off claude-code", "never start Claude Code for a reading"],
  ],
} satisfies CommandHelp<typeof sourcesOptionNames>;
