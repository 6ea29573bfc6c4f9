// What `claude-meter help` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "./command-help.ts";
import type { helpOptionNames } from "./print-help.ts";

export const help = {
  name: "help",
  usage: "claude-meter help [<command>]",
  summary: "show this help, or that of one command",
  options: {},
  details: [],
  examples: [["claude-meter help guard", "options, exit codes and examples of guard"]],
} satisfies CommandHelp<typeof helpOptionNames>;
