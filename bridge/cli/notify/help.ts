// What `claude-meter notify` is for and takes: its help, completions and part of the man page.
import { eventKinds } from "../../state/notify/targets.ts";
import type { CommandHelp } from "../help/command-help.ts";
import type { notifyOptionNames } from "./notify.ts";

export const help = {
  name: "notify",
  usage: "claude-meter notify [list|add|remove|set|test] …",
  summary: "tell your phone or chat of limits and runs (ntfy, webhooks)",
  words: {
    list: "who is told what (the default)",
    add: "an ntfy topic or a webhook (Slack's form); - reads the address from standard input",
    remove: "a target, by its id",
    set: "thresholds and quiet hours, for all targets",
    test: "send a test message to each target",
  },
  options: {
    kind: {
      value: "<kind>",
      choices: ["ntfy", "webhook"],
      meaning: "what the address is, ntfy or webhook (default: by its host name)",
    },
    events: { value: "<event>,…", meaning: `only these: ${eventKinds.join(", ")}` },
    names: {
      meaning: "send names of accounts and labels of runs too; without, only numbers and ids leave this machine",
    },
    quiet: { value: "<from>-<until>", meaning: "hold messages back at these hours, such as 22:00-08:00; off" },
    warn: { value: "<percent>", meaning: "the first threshold (80)" },
    critical: { value: "<percent>", meaning: "the second threshold (95)" },
    json: { meaning: "print a JSON object, without the addresses" },
  },
  details: [
    "The bridge sends each event once, tries again for a day, also after a restart, and talks to nobody unless you " +
      "added them. Whoever knows an ntfy topic can read it: choose a name that nobody guesses.",
    "Exit code: 0 done, 69 a test message was not taken, 64 the command line is wrong.",
  ],
  examples: [
    ["claude-meter notify add https://ntfy.sh/a-long-random-name", "your phone, by the ntfy app"],
    ["claude-meter notify add - --events failed,stalled <slack-url.txt", "a Slack channel, only what went wrong"],
    ["claude-meter notify set --quiet 22:00-08:00", "hold messages back at night"],
  ],
} satisfies CommandHelp<typeof notifyOptionNames>;
