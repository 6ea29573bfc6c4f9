// What `claude-meter doctor` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { doctorOptionNames } from "./doctor.ts";

export const help = {
  name: "doctor",
  usage: "claude-meter doctor [--json]",
  summary: "find what is wrong, and the one step that mends it",
  intro: [
    "Looks at Node, SQLite, the state folder, the bridge, its port, the clock, browsers, pairing, the extension,",
    "claude.ai and the row of this pane, in this order. It changes nothing, and prints no e-mail and no name.",
  ],
  options: {
    json: {
      meaning: '{ "ok", "first", "checks": [{ "check", "status", "code", "detail", "step" }], "drift" } for scripts',
    },
  },
  details: ["Exit code: 0 nothing is broken, 69 something is. The codes are explained in docs/troubleshooting.md."],
  examples: [
    ["claude-meter doctor", "when the number is missing or old"],
    ["claude-meter doctor --json", "for a bug report"],
  ],
} satisfies CommandHelp<typeof doctorOptionNames>;
