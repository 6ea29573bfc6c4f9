// What `claude-meter metrics` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { metricsOptionNames } from "./metrics.ts";

export const help = {
  name: "metrics",
  usage: "claude-meter metrics [--token-file] [--new-token]",
  summary: "what the bridge tells Prometheus, and the token that lets Prometheus ask",
  options: {
    "token-file": {
      meaning: "print the path of the file with the token, for `credentials_file`; made when there is none",
    },
    "new-token": { meaning: "replace the token, and print the path; the old one is refused from then on" },
  },
  details: ["Exit code: 0 printed, 69 the bridge is not running. Details: docs/metrics.md."],
  examples: [
    ["claude-meter metrics", "the metrics as text"],
    ["claude-meter metrics --token-file", "where the token is"],
  ],
} satisfies CommandHelp<typeof metricsOptionNames>;
