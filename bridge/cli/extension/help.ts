// What `claude-meter extension` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { extensionOptionNames } from "./extension.ts";

export const help = {
  name: "extension",
  usage: "claude-meter extension [path|open]",
  summary: "how to load the browser extension that came with this program",
  intro: ["Without a word: the three steps."],
  words: {
    path: "the folder to load, for scripts",
    open: "on macOS opens the browser's extensions page as well; other systems let no program do that",
  },
  options: {},
  details: [
    "The folder stays where it is when the package is updated: the browser takes the new version at its next start.",
  ],
  examples: [
    ["claude-meter extension", "the three steps"],
    ["claude-meter extension path", "the folder to load"],
  ],
} satisfies CommandHelp<typeof extensionOptionNames>;
