// What `claude-meter leases` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { leasesOptionNames } from "./leases.ts";

export const help = {
  name: "leases",
  usage: "claude-meter leases [--json] | leases end <id>",
  summary: "who holds what of the quota, and who waits for it",
  words: { end: "take a lease from its holder, or its place in the queue; its command goes on" },
  options: { json: { meaning: "print a JSON array (docs/leases.md)" }, "no-color": noColorAnyway },
  unlisted: ["no-color"],
  details: [
    "A lease is work under way that will cost something the reading does not show yet. `claude-meter run` takes one, and so " +
      "does `claude-meter guard --lease`. It ends with its process.",
    "Exit code: 0, also when there are none; 69 no bridge is running, or no lease has this id. Details: docs/leases.md.",
  ],
  examples: [
    ["claude-meter leases", "who runs, what is owed, and the queue"],
    ["claude-meter leases --json", "the same for a script"],
  ],
} satisfies CommandHelp<typeof leasesOptionNames>;
