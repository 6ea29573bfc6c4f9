// What `claude-meter line` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountOfPane, noColorAnyway } from "../help/common-options.ts";
import type { lineOptionNames } from "./line.ts";

export const help = {
  name: "line",
  usage: "claude-meter line [--format <template>] [--account <name>]",
  summary: "one short line for tmux or a prompt",
  options: {
    format: { value: "<template>", meaning: 'text with the placeholders below ("{binding}% {reset}")' },
    account: accountOfPane,
    redact: { meaning: "a window by its id, without its name" },
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "{5h} {7d} {binding}     percent of the 5-hour window, of the weekly one, of the one that binds",
    "{model:<name>}          percent of a model's window; {window:<id>} of any",
    "{reset} {reset_clock}   when the window named last before it starts again (else the one that binds)",
    "{money}                 percent of the paid usage",
    "{age} {state}           of the reading: fresh, aging, stale",
    "{binding_name}          the window's name as the server says it, made harmless, # doubled for tmux",
    "",
    'What is not known is "?". A stale reading says so at the end, unless {age} or {state} does. Exit code: always 0.',
  ],
  examples: [
    ["claude-meter line", "60% 3 d 21 h"],
    ["claude-meter line --format '5h {5h}% {reset}'", "5h 42% 2 h 11 min"],
    ["set -g status-right '#(claude-meter line)'", "in tmux.conf"],
  ],
} satisfies CommandHelp<typeof lineOptionNames>;
