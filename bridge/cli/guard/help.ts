// What `claude-meter guard` is for and takes: its help, completions and part of the man page.
import { gateOptionsHelp } from "../gate/gate-help.ts";
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import { leaseOptionsHelp } from "../lease/lease-help.ts";
import type { guardOptionNames } from "./guard.ts";

export const help = {
  name: "guard",
  usage: "claude-meter guard [--max 90] [--no-wait] [--account <name>] [--json] …",
  summary: "exit 0 if there is room; otherwise wait for the reset",
  options: {
    ...gateOptionsHelp,
    lease: { meaning: "also wait for a lease, and hold it as long as --pid lives (docs/leases.md)" },
    pid: { value: "<pid>", meaning: "the process that the lease stands for (whoever started guard)" },
    ...leaseOptionsHelp,
    fresh: { meaning: "have the browser read claude.ai first (30s at most), then decide" },
    json: { meaning: "print each event as a JSON line: waiting, released, refused (docs/guard.md)" },
    redact: { meaning: "print ids instead of e-mails and names" },
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "90 holds back new work. Claude Code's hooks stop running work at 95 (`claude-meter help hook`), so work that was " +
      "let through here can finish.",
    "Waiting costs nothing: it checks one local file every minute and uses no network. After the reset it has the browser " +
      "read claude.ai, so that work goes on as soon as there is room.",
    "",
    "Exit code: 0 go on, 75 over the limit, 69 unknown (no data, stale or ambiguous), 64 the command line is wrong, " +
      "130 interrupted. Only 0 is a yes. Details: docs/guard.md.",
  ],
  examples: [
    ['claude-meter guard && claude -p "…"', "wait until there is room"],
    ["claude-meter guard --no-wait --max 80", "answer at once, for a script"],
    ["claude-meter guard --no-wait --fresh", "decide by a reading of this moment"],
    ["claude-meter guard --model opus --max-wait 6h", "also watch Opus, wait 6 h at most"],
    ["claude-meter guard --no-wait --money-max 80%", "stop before paid usage runs out"],
    ["claude-meter guard --lease --pid $$ --class night", "keep room for what this shell does next"],
    ["claude-meter guard --forecast --for 1h", "do not start work that would hit the limit within the hour"],
  ],
} satisfies CommandHelp<typeof guardOptionNames>;
