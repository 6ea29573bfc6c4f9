// What `claude-meter guard` is for and takes: its help, completions and part of the man page.
import { gateOptionsHelp } from "../gate/gate-help.ts";
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { guardOptionNames } from "./guard.ts";

export const help = {
  name: "guard",
  usage: "claude-meter guard [--max 90] [--no-wait] [--account <name>] [--json] …",
  summary: "go on only below the limit: answers at once, or waits for the reset",
  options: {
    ...gateOptionsHelp,
    json: { meaning: "a line per event on stdout: waiting, released, refused" },
    redact: { meaning: "accounts by their ids, without e-mail and names" },
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "Exit code: 0 go on, 75 over the limit, 69 nobody knows, 64 the command line is wrong, 130 interrupted.",
    "Only 0 is a yes. Waiting costs nothing: a look each minute at one file, no network.",
  ],
  examples: [
    ['claude-meter guard && claude -p "…"', "wait until the quota allows it"],
    ["claude-meter guard --no-wait --max 80", "ask, for a script"],
    ["claude-meter guard --model opus --max-wait 6h", "with Opus's own limit, six hours at most"],
    ["claude-meter guard --no-wait --money-max 80%", "stop before the money does"],
    ["claude-meter guard --forecast --for 1h", "do not begin what the next hour would not end"],
  ],
} satisfies CommandHelp<typeof guardOptionNames>;
