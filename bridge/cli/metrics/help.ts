// What `claude-meter metrics` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { metricsOptionNames } from "./metrics.ts";

export const help = {
  name: "metrics",
  usage: "claude-meter metrics [--token-file] [--new-token]",
  summary: "print the metrics for Prometheus, or its token",
  options: {
    "token-file": {
      meaning: "print the path of the token file for `credentials_file`; created if missing",
    },
    "new-token": { meaning: "replace the token and print its path; the old token stops working" },
  },
  details: ["Exit code: 0 printed, 69 the bridge is not running. Details: docs/metrics.md."],
  examples: [
    ["claude-meter metrics", "the metrics as text"],
    ["claude-meter metrics --token-file", "the path of the token file"],
  ],
} satisfies CommandHelp<typeof metricsOptionNames>;
