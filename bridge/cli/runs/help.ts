// What `claude-meter runs` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { runsOptionNames } from "./runs.ts";

export const help = {
  name: "runs",
  usage: "claude-meter runs [--json]",
  summary: "list the runs of the last days: waiting, running, stalled, dead, completed, failed",
  options: { json: { meaning: "an array, one object per run, the oldest first" }, "no-color": noColorAnyway },
  unlisted: ["no-color"],
  details: ["Runs that ended more than seven days ago are forgotten. Exit code: 0, also when there are none."],
  examples: [["claude-meter runs", "how the night is going"]],
} satisfies CommandHelp<typeof runsOptionNames>;
