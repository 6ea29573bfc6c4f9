// What `claude-meter watch` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountFilter } from "../help/common-options.ts";
import type { watchOptionNames } from "./watch.ts";

export const help = {
  name: "watch",
  usage: "claude-meter watch [--account <name>] [--redact] [--no-color]",
  summary: "follow every account in a full-screen view",
  options: {
    account: accountFilter,
    redact: { meaning: "print ids instead of names" },
    "no-color": { meaning: "no colours (also: NO_COLOR=1)" },
  },
  details: [
    "Shows bars, sparklines, forecasts and recent events.",
    "Keys: q quits; ↑ ↓ or k j scroll.",
    "While the bridge is not running, it shows the last values and their age.",
    "",
    "Exit code: 0 quit with q, 130 Ctrl-C, 64 stdout is not a terminal.",
  ],
  examples: [
    ["claude-meter watch", "every account"],
    ["tmux split-window -l 12 'claude-meter watch'", "in a pane below"],
  ],
} satisfies CommandHelp<typeof watchOptionNames>;
