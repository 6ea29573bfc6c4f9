// What `claude-meter setup` and `claude-meter uninstall` are for and take: their help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { setupOptionNames, uninstallOptionNames } from "./setup.ts";

export const help = {
  name: "setup",
  usage: "claude-meter setup [--claude-code] [--tmux] [--no-autostart] [--browser-dir <folder>] [--dry-run] [--yes]",
  summary: "let the browsers of this user start the bridge and pair with it, or connect Claude Code",
  intro: [
    "Writes a native messaging host manifest for every Chromium browser it finds, and starts the bridge now and at each",
    "login (systemd, launchd, task scheduler). Shows each file before it writes. Details: docs/install.md.",
  ],
  options: {
    "no-autostart": { meaning: "only the browsers; they start the bridge as well" },
    "claude-code": { meaning: "instead: hooks and status line for Claude Code's settings.json; the rest of it stays" },
    "browser-dir": { value: "<folder>", meaning: "also for the browser with this user data folder (can be repeated)" },
    tmux: { meaning: "instead: show the lines for tmux.conf" },
    "dry-run": { meaning: "only show what would be written" },
    yes: { meaning: "do not ask" },
  },
  details: [],
  examples: [
    ["claude-meter setup --dry-run", "see what it would write"],
    ["claude-meter setup --yes", "write it"],
    ["claude-meter setup --claude-code", "see the change in Claude Code's settings, and say yes"],
    ["claude-meter setup --tmux", "the lines for tmux.conf"],
  ],
} satisfies CommandHelp<typeof setupOptionNames>;

export const uninstallHelp = {
  name: "uninstall",
  usage: "claude-meter uninstall [--purge] [--claude-code] [--dry-run] [--yes]",
  summary: "take back what setup wrote, and stop the bridge",
  options: {
    purge: { meaning: "delete the readings, the history and the keys as well; with --yes they else stay" },
    "claude-code": { meaning: "only what stands in Claude Code's settings.json" },
    "dry-run": { meaning: "only show what would be removed" },
    yes: { meaning: "do not ask" },
  },
  details: ["A state folder that holds anything else is not touched."],
  examples: [
    ["claude-meter uninstall --dry-run", "see what it would remove"],
    ["claude-meter uninstall --purge", "leave no trace"],
  ],
} satisfies CommandHelp<typeof uninstallOptionNames>;
