// What `claude-meter history` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountFilter, noColor } from "../help/common-options.ts";
import type { historyOptionNames } from "./history-options.ts";

export const help = {
  name: "history",
  usage: "claude-meter history [--since 7d] [--format table|json|csv] …",
  summary: "show how each window was used over time",
  options: {
    since: {
      value: "<when>",
      meaning: "start: a time ago (30m, 6h, 7d) or a date (2026-11-20T10:00:00Z) (7d)",
    },
    until: { value: "<when>", meaning: "end, in the same forms (now)" },
    window: { value: "<id>,…", meaning: "only these windows: five_hour, seven_day, scoped:fable, money" },
    account: accountFilter,
    format: {
      value: "<format>",
      choices: ["table", "json", "csv"],
      meaning: "a sparkline per window (table), or every recorded point (json, csv)",
    },
    redact: { meaning: "print ids instead of names (csv never has names)" },
    "no-color": noColor,
  },
  details: [
    "Exit code: 0 printed, 69 the bridge is not running or has no history for this time, 64 the command line is wrong.",
    "Details: docs/history.md.",
  ],
  examples: [
    ["claude-meter history", "the last week of every account"],
    ["claude-meter history --since 24h --window five_hour", "the 5-hour window since yesterday"],
    ["claude-meter history --since 90d --format csv > usage.csv", "three months for a spreadsheet"],
  ],
} satisfies CommandHelp<typeof historyOptionNames>;
