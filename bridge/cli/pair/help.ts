// What `claude-meter pair` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { pairOptionNames } from "./pair.ts";

export const help = {
  name: "pair",
  usage: "claude-meter pair [--list [--json]] [--revoke <install>]",
  summary: "pair a browser by code; list or revoke browsers",
  intro: [
    "Only needed where the browser cannot start the native host (snap, flatpak); all others pair automatically.",
    "Without an option it shows a code that is valid for two minutes: type it into the extension's popup.",
  ],
  options: {
    list: { meaning: "list the paired browser profiles and their install ids" },
    json: { meaning: "print the list as JSON" },
    revoke: { value: "<install>", meaning: "reject this browser profile from now on" },
  },
  details: ["Exit code: 0 paired, 75 the code expired or five wrong codes were entered, 69 the bridge is not running."],
  examples: [
    ["claude-meter pair", "show a code"],
    ["claude-meter pair --list", "which browsers may report"],
  ],
} satisfies CommandHelp<typeof pairOptionNames>;
