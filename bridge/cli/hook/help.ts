// What `claude-meter hook` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountOfPane, noColorAnyway } from "../help/common-options.ts";
import type { hookOptionNames } from "./hook-options.ts";

export const help = {
  name: "hook",
  usage: "claude-meter hook user-prompt|pre-tool|stop [--warn 80] [--max 95] [--window <id>,…] [--model <name>]",
  summary: "Claude Code's hooks: a word of warning, then no more prompts and tools",
  words: {
    "user-prompt": "from --warn on adds one line for the agent; from --max on holds the prompt back",
    "pre-tool": "from --max on denies the tool, with the window and its reset as the reason",
    stop: "from --max on tells you; it never blocks",
  },
  options: {
    warn: { value: "<percent>", meaning: "where the warning begins (80)" },
    max: { value: "<percent>", meaning: "where work is held back (95)" },
    window: { value: "<id>,…", meaning: "watch exactly these: five_hour, seven_day, scoped:fable" },
    model: { value: "<name>", meaning: "watch this model's own limit as well: opus, fable" },
    "allow-tool": { value: "<name>,…", meaning: "tools that stay allowed, to wind down" },
    "on-unknown": {
      value: "<what>",
      choices: ["go", "fail"],
      meaning: "what an unknown or old number does: nothing (go), or the same as --max (fail)",
    },
    "max-age": { value: "<time>", meaning: "how old a number may be (10m)" },
    account: accountOfPane,
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "Answers in JSON on stdout. Exit code: 0, or 64 when the command line is wrong (which blocks nothing).",
    "Details: docs/claude-code.md.",
  ],
  examples: [
    ["claude-meter setup --claude-code", "writes all three into Claude Code's settings"],
    ["claude-meter hook pre-tool --allow-tool Write", "a note can still be written"],
  ],
} satisfies CommandHelp<typeof hookOptionNames>;
