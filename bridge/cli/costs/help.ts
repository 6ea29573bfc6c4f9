// What `claude-meter costs` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountFilter, noColorAnyway } from "../help/common-options.ts";
import type { costsOptionNames } from "./costs.ts";

export const help = {
  name: "costs",
  usage: "claude-meter costs [--since 7d] [--account <name>] [--json]",
  summary: "which agent used how much of the quota",
  options: {
    since: { value: "<time>", meaning: "how far back: 5h, 1d, 30d (7d; kept for 100 days)" },
    account: accountFilter,
    json: { meaning: "print a JSON array (docs/leases.md)" },
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "Points are percent of a window. They are learned from readings and from which leases were held between them, so they " +
      "are estimates. `elsewhere` is chats, other machines, and agents without a lease.",
    "A run's cost is shown from three runs on.",
    "Exit code: 0, also when nothing is known yet; 69 no bridge is running, or no account matches.",
  ],
  examples: [
    ["claude-meter costs --since 1d", "who ate the quota today"],
    ["claude-meter costs --json", "class, runs, hours, points of each window"],
  ],
} satisfies CommandHelp<typeof costsOptionNames>;
