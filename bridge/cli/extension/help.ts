// What `claude-meter extension` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import type { extensionOptionNames } from "./extension.ts";

export const help = {
  name: "extension",
  usage: "claude-meter extension [path|open] [--firefox]",
  summary: "show how to load the browser extension",
  intro: ["Without an argument: the three steps."],
  words: {
    path: "print only the folder to load",
    open: "also open the browser's extensions page (macOS only; no other system allows it)",
  },
  options: { firefox: { meaning: "the build and the steps for Firefox, instead of Chromium browsers" } },
  details: ["An update of the package keeps this folder: the browser loads the new version the next time it starts."],
  examples: [
    ["claude-meter extension", "the three steps"],
    ["claude-meter extension path", "the folder to load"],
    ["claude-meter extension --firefox", "the steps in Firefox"],
  ],
} satisfies CommandHelp<typeof extensionOptionNames>;
