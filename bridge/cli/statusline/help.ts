// What `claude-meter statusline` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountOfPane, noColorAnyway } from "../help/common-options.ts";
import type { statuslineOptionNames } from "./statusline.ts";

export const help = {
  name: "statusline",
  usage: "claude-meter statusline [--format <template>] [--account <name>]",
  summary: "one line for Claude Code's status line, from its JSON on stdin",
  options: {
    format: {
      value: "<template>",
      meaning: "the placeholders of `claude-meter line`, and {model} for the session's own model",
    },
    account: accountOfPane,
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "What the session has just heard from the server is shown when it is newer than the row, and told to the bridge.",
    "Exit code: always 0; what is not known is a question mark. Details: docs/claude-code.md.",
  ],
  examples: [
    ["claude-meter setup --claude-code", "writes this into Claude Code's settings"],
    ["claude-meter statusline --format '{5h}% {reset}'", "a shorter line"],
  ],
} satisfies CommandHelp<typeof statuslineOptionNames>;
