// What `claude-meter runs` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { runsOptionNames } from "./runs.ts";

export const help = {
  name: "runs",
  usage: "claude-meter runs [--json]",
  summary: "list the runs of the last seven days and their state",
  options: { json: { meaning: "print a JSON array, the oldest run first (docs/run.md)" }, "no-color": noColorAnyway },
  unlisted: ["no-color"],
  details: [
    "States: waiting, running, stalled, stopped, dead, completed, failed.",
    "Runs that ended more than seven days ago are deleted.",
    "Exit code: 0, even when there are none.",
  ],
  examples: [["claude-meter runs", "how the night is going"]],
} satisfies CommandHelp<typeof runsOptionNames>;
