// What `claude-meter run` is for and takes: its help, completions and part of the man page.
import { gateOptionsHelp } from "../gate/gate-help.ts";
import { gateOptionNames } from "../gate/gate-options.ts";
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import type { runOptionNames } from "./run-request.ts";

export const help = {
  name: "run",
  usage: "claude-meter run [--max <percent>] [--resume] [--label <text>] -- <command…>",
  summary: "run an agent behind the gate, and stop or wait when it hits a limit",
  options: {
    resume: { meaning: "at a limit wait for its reset and start the command again" },
    "resume-command": { value: "<line>", meaning: "start this instead, by the shell: `claude -p --continue …`" },
    "max-restarts": { value: "<n/h>", meaning: "at most so many starts an hour (3/h); waiting does not count" },
    label: { value: "<text>", meaning: "a name for `claude-meter runs`" },
    "status-file": { value: "<file>", meaning: "keep the status there instead of in the list of `claude-meter runs`" },
    tty: { meaning: "hand on the whole terminal; then the output can not be watched for limits" },
    "end-after": { value: "<time>", meaning: "how long a command that hit a limit may stay (30s)" },
    "kill-after": { value: "<time>", meaning: "from asking a command to end to killing it (10s)" },
    "stalled-after": { value: "<time>", meaning: "without output for so long it is shown as stalled (10m)" },
    ...gateOptionsHelp,
    "no-color": noColorAnyway,
  },
  unlisted: [...gateOptionNames.flags, ...gateOptionNames.texts, "no-color"],
  details: [
    "All options of `guard`: --max, --model, --window, --max-age, --no-wait, --max-wait, --grace, --spread,",
    "--on-unknown, --money-max, --forecast, --for, --account.",
    "",
    "Exit code: the command's own; 75 a limit, 69 the gate has no data, 64 the command line is wrong,",
    "127 no such command, 126 it can not be run. Details: docs/run.md.",
  ],
  examples: [
    ["claude-meter run -- claude -p '…' --output-format stream-json --verbose", "75 when a limit stops it"],
    ["claude-meter run --resume -- ./nightly.sh", "goes on after the reset"],
  ],
} satisfies CommandHelp<typeof runOptionNames>;
