// What `claude-meter watch` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountFilter } from "../help/common-options.ts";
import type { watchOptionNames } from "./watch.ts";

export const help = {
  name: "watch",
  usage: "claude-meter watch [--account <name>] [--redact] [--no-color]",
  summary: "a full-screen view that follows the bridge: bars, sparklines, forecast, what happened",
  options: {
    account: accountFilter,
    redact: { meaning: "ids instead of names" },
    "no-color": { meaning: "no colours (also: NO_COLOR=1)" },
  },
  details: [
    "Keys: q quits, as Ctrl-C does; ↑ ↓ or k j scroll when there is more than fits.",
    "While the bridge is not running it shows the last values and how old they are, and waits for the bridge.",
    "",
    "Exit code: 0 q, 130 Ctrl-C, 64 stdout is no terminal.",
  ],
  examples: [
    ["claude-meter watch", "everything"],
    ["tmux split-window -l 12 'claude-meter watch'", "below what you work on"],
  ],
} satisfies CommandHelp<typeof watchOptionNames>;
