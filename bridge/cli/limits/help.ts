// What `claude-meter limits` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { limitsOptionNames } from "./limits.ts";

export const help = {
  name: "limits",
  usage: "claude-meter limits [explain] [--json | --watch]",
  summary: "show which limit binds, or explain a refusal",
  words: { explain: "read an error, headers, `curl -i` or a log from stdin and name its limit" },
  options: {
    json: { meaning: "print JSON (docs/limits.md)" },
    watch: { meaning: "a full-screen view; q quits" },
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "Plans come from the extension, the limits of API keys and refusals from `claude-meter proxy`. A key is shown by a salted hash.",
    "Exit code: 0 printed, 69 nothing is known or understood, 64 the command line is wrong.",
    "Details: docs/limits.md.",
  ],
  examples: [
    ["claude-meter limits", "every limit, and which binds"],
    ["claude-meter limits explain < answer.txt", "what a refusal means"],
  ],
} satisfies CommandHelp<typeof limitsOptionNames>;
