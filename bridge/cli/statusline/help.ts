// What `claude-meter statusline` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountOfPane, noColorAnyway } from "../help/common-options.ts";
import type { statuslineOptionNames } from "./statusline.ts";

export const help = {
  name: "statusline",
  usage: "claude-meter statusline [--format <template>] [--account <name>]",
  summary: "print Claude Code's status line",
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
    "Reads Claude Code's JSON on stdin. When the session has a newer number than the extension, that number is shown and passed to the bridge.",
    'Unknown values are "?". Exit code: always 0. Details: docs/claude-code.md.',
  ],
  examples: [
    ["claude-meter setup --claude-code", "add it to Claude Code's settings"],
    ["claude-meter statusline --format '{5h}% {reset}'", "a shorter line"],
  ],
} satisfies CommandHelp<typeof statuslineOptionNames>;
