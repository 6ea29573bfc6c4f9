// What `claude-meter pair` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { pairOptionNames } from "./pair.ts";

export const help = {
  name: "pair",
  usage: "claude-meter pair [--list [--json]] [--revoke <install>]",
  summary: "pair a browser by code, list the paired ones, take a key back",
  intro: [
    "Only needed where the browser can not start the native host (snap, flatpak): else it pairs by itself.",
    "Without an option it shows a code for two minutes; type it into the extension's popup.",
  ],
  options: {
    list: { meaning: "the paired browser profiles and their install ids" },
    json: { meaning: "the list for scripts" },
    revoke: { value: "<install>", meaning: "refuse this browser profile from now on" },
  },
  details: ["Exit code: 0 paired, 75 the code expired or five wrong ones were tried, 69 the bridge is not running."],
  examples: [
    ["claude-meter pair", "show a code"],
    ["claude-meter pair --list", "who may report"],
  ],
} satisfies CommandHelp<typeof pairOptionNames>;
