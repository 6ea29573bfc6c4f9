// What `claude-meter line` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountOfPane, noColorAnyway } from "../help/common-options.ts";
import type { lineOptionNames } from "./line.ts";

export const help = {
  name: "line",
  usage: "claude-meter line [--format <template>] [--account <name>]",
  summary: "print one short line for tmux or a prompt",
  options: {
    format: { value: "<template>", meaning: 'text with the placeholders below (default: "{binding}% {reset}")' },
    account: accountOfPane,
    redact: { meaning: "print ids instead of names" },
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "{5h} {7d}               percent of the 5-hour window, of the weekly window",
    "{binding}               percent of the fullest limit that stops all models",
    "{binding_name}          its name from the server, cleaned, # doubled for tmux",
    "{model:<name>}          percent of a model's window",
    "{window:<id>}           percent of any window",
    "{reset} {reset_clock}   time left, or time of day, until the reset of the window " +
      "named before it (default: the fullest limit)",
    "{money}                 percent of the paid usage",
    "{age} {state}           age of the reading; fresh, aging or stale",
    "",
    'Unknown values are "?". A stale reading is marked at the end, unless {age} or {state} shows it.',
    "Exit code: always 0.",
  ],
  examples: [
    ["claude-meter line", "60% 3 d 21 h"],
    ["claude-meter line --format '5h {5h}% {reset}'", "5h 42% 2 h 11 min"],
    ["set -g status-right '#(claude-meter line)'", "in tmux.conf"],
  ],
} satisfies CommandHelp<typeof lineOptionNames>;
