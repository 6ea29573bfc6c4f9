// What `claude-meter setup` and `claude-meter uninstall` are for and take: their help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { setupOptionNames, uninstallOptionNames } from "./setup.ts";

export const help = {
  name: "setup",
  usage: "claude-meter setup [--claude-code] [--tmux] [--dry-run] [--yes] …",
  summary: "start the bridge automatically; connect Claude Code",
  intro: [
    "Writes a native messaging host manifest for every browser it finds (Chromium family, Firefox), so that they can start the bridge and " +
      "pair with it. Starts the bridge now and at each login (systemd, launchd, task scheduler).",
    "Shows each file before it writes. Details: docs/install.md.",
  ],
  options: {
    "no-autostart": { meaning: "only set up the browsers (they start the bridge as well)" },
    "claude-code": { meaning: "instead, add hooks and status line to Claude Code's settings.json; the rest stays" },
    "browser-dir": { value: "<folder>", meaning: "also set up the browser with this user data folder (repeatable)" },
    tmux: { meaning: "instead, show the lines for tmux.conf" },
    "dry-run": { meaning: "show what would be written, and write nothing" },
    yes: { meaning: "do not ask" },
  },
  details: [],
  examples: [
    ["claude-meter setup --dry-run", "show what it would write"],
    ["claude-meter setup --yes", "write without asking"],
    ["claude-meter setup --claude-code", "review the change, then confirm"],
    ["claude-meter setup --tmux", "the lines for tmux.conf"],
  ],
} satisfies CommandHelp<typeof setupOptionNames>;

export const uninstallHelp = {
  name: "uninstall",
  usage: "claude-meter uninstall [--purge] [--claude-code] [--dry-run] [--yes]",
  summary: "revert what setup wrote, and stop the bridge",
  options: {
    purge: { meaning: "also delete readings, history and keys (with --yes alone they stay)" },
    "claude-code": { meaning: "only revert the changes in Claude Code's settings.json" },
    "dry-run": { meaning: "show what would be removed, and remove nothing" },
    yes: { meaning: "do not ask" },
  },
  details: ["A state folder that holds anything else is left alone."],
  examples: [
    ["claude-meter uninstall --dry-run", "show what it would remove"],
    ["claude-meter uninstall --purge", "leave no trace"],
  ],
} satisfies CommandHelp<typeof uninstallOptionNames>;
