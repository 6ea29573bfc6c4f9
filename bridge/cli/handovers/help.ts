// What `claude-meter handovers` is for and takes: its help, completions and part of the man page.
import { gateOptionsHelp } from "../gate/gate-help.ts";
import { gateOptionNames } from "../gate/gate-options.ts";
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { handoversOptionNames } from "./handovers.ts";

export const help = {
  name: "handovers",
  usage: "claude-meter handovers [resume [<id> | --all] [--tmux]] [--json]",
  summary: "list the sessions that a limit stopped, and resume them",
  words: { resume: "after the reset, resume a session in its own folder: the one named, or the only one" },
  options: {
    all: { meaning: "resume all of them, one after the other" },
    tmux: { meaning: "open each in a tmux window of its own, at least --spread apart" },
    weekly: { meaning: "also resume what would spend of a new week" },
    json: { meaning: "print a JSON array, the oldest first (docs/handover.md)" },
    ...gateOptionsHelp,
    "no-color": noColorAnyway,
  },
  unlisted: [...gateOptionNames.flags, ...gateOptionNames.texts, "no-color"],
  details: [
    "The hooks of `claude-meter setup --claude-code` write them down. A session that is still open, that went on or " +
      "that was resumed already is left alone.",
    "",
    "resume waits for the reset and for the gate, and takes all options of `guard`: --max, --model, --window, --max-age, " +
      "--no-wait, --max-wait, --grace, --spread, --on-unknown, --money-max, --forecast, --for, --account.",
    "",
    "Exit code: 0 each was resumed or needs nothing; 75 one has to wait (--no-wait, --max-wait), or for --weekly; 69 the " +
      "quota is unknown, or a session cannot be started; 64 the command line is wrong.",
    "Details: docs/handover.md.",
  ],
  examples: [
    ["claude-meter handovers", "what the limit stopped, and when it resets"],
    ["claude-meter handovers resume --all --tmux", "resume all of it after the reset"],
  ],
} satisfies CommandHelp<typeof handoversOptionNames>;
