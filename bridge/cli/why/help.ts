// What `claude-meter why` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { whyOptionNames } from "./why.ts";

export const help = {
  name: "why",
  usage: "claude-meter why [--json]",
  summary: "explain the last refusal: which limit, whose, until when",
  options: { json: { meaning: "print a JSON object, or null (docs/limits.md)" }, "no-color": noColorAnyway },
  unlisted: ["no-color"],
  details: [
    "Knows what `claude-meter proxy` and `claude-meter run` saw; for a text of your own use `claude-meter limits explain`.",
    "Exit code: 0 printed, 69 no refusal is known.",
  ],
  examples: [["claude-meter why", "what was hit last, and what helps"]],
} satisfies CommandHelp<typeof whyOptionNames>;
