// What `claude-meter doctor` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { doctorOptionNames } from "./doctor.ts";

export const help = {
  name: "doctor",
  usage: "claude-meter doctor [--json]",
  summary: "diagnose problems and suggest the next fix",
  intro: [
    "Checks Node, SQLite, the state folder, the bridge, its port, the clock, browsers, pairing, the extension, " +
      "claude.ai and the account of this pane, in this order.",
    "It changes nothing, and prints no e-mail and no name.",
  ],
  options: {
    json: { meaning: "print the checks as JSON (docs/troubleshooting.md)" },
  },
  details: [
    "Exit code: 0 nothing is broken, 69 something is.",
    "docs/troubleshooting.md explains every code it prints.",
  ],
  examples: [
    ["claude-meter doctor", "when the number is missing or old"],
    ["claude-meter doctor --json", "for a bug report"],
  ],
} satisfies CommandHelp<typeof doctorOptionNames>;
