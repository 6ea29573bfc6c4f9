// What `claude-meter run` is for and takes: its help, completions and part of the man page.
import { gateOptionsHelp } from "../gate/gate-help.ts";
import { gateOptionNames } from "../gate/gate-options.ts";
import type { CommandHelp } from "../help/command-help.ts";
import { noColorAnyway } from "../help/common-options.ts";
import { leaseOptionsHelp } from "../lease/lease-help.ts";
import type { runOptionNames } from "./run-request.ts";

export const help = {
  name: "run",
  usage: "claude-meter run [--max 90] [--resume] [--label <text>] -- <command…>",
  summary: "run an agent behind the gate; stop or wait at a limit",
  options: {
    resume: { meaning: "at a limit, wait for the reset and restart the command" },
    "resume-command": { value: "<line>", meaning: "restart with this shell command instead: `claude -p --continue …`" },
    "max-restarts": { value: "<n/h>", meaning: "restart at most this often (3/h); waiting does not count" },
    else: { value: "<line>", meaning: "at a limit, run this shell command instead of waiting or ending with 75" },
    "else-money-max": { value: "<percent>", meaning: "not --else when this share of the paid usage is spent" },
    label: { value: "<text>", meaning: "a name for `claude-meter runs`" },
    "status-file": {
      value: "<file>",
      meaning: "keep the status in this file instead of listing it in `claude-meter runs`",
    },
    tty: { meaning: "give the command the real terminal; limits can no longer be detected in its output" },
    proxy: { meaning: "read the limits in the headers of the command's requests to the API (docs/proxy.md)" },
    "end-after": { value: "<time>", meaning: "grace period before a command that hit a limit is terminated (30s)" },
    "kill-after": { value: "<time>", meaning: "time between SIGTERM and SIGKILL (10s)" },
    "stalled-after": { value: "<time>", meaning: "show the run as stalled after this long without output (10m)" },
    ...leaseOptionsHelp,
    "max-starts": {
      value: "<n/h>",
      meaning: "refuse to start when more of this class than this were started (300/h): a loop gone wild",
    },
    ...gateOptionsHelp,
    "no-color": noColorAnyway,
  },
  unlisted: [...gateOptionNames.flags, ...gateOptionNames.texts, "no-color"],
  details: [
    "Takes all options of `guard`: --max, --model, --window, --max-age, --no-wait, --max-wait, --grace, --spread, " +
      "--on-unknown, --money-max, --forecast, --for, --account.",
    "Holds a lease while the command runs: what it will cost is kept free for it, and the next one waits until there is " +
      "room (docs/leases.md).",
    "",
    "Exit code: the command's own; 75 a limit, no room for a lease, or work held back by a hook; 69 the gate has no data; 64 the command " +
      "line is wrong; 70 output was lost, or a defect; 126 not executable; 127 command not found.",
    "Details: docs/run.md.",
  ],
  examples: [
    ["claude-meter run -- claude -p '…' --output-format stream-json --verbose", "exits 75 at a limit"],
    ["claude-meter run --resume -- ./nightly.sh", "restart after the reset"],
    ["claude-meter run --else 'claude -p … --model haiku' -- claude -p …", "a smaller model at the limit"],
  ],
} satisfies CommandHelp<typeof runOptionNames>;
