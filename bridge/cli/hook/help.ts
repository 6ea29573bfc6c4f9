// What `claude-meter hook` is for and takes: its help, completions and part of the man page.
import type { CommandHelp } from "../help/command-help.ts";
import { accountOfPane, noColorAnyway } from "../help/common-options.ts";
import type { hookOptionNames } from "./hook-options.ts";

export const help = {
  name: "hook",
  usage: "claude-meter hook user-prompt|pre-tool|stop|stop-failure|session-start|notification …",
  summary: "warn near the limit, then block prompts and tools",
  words: {
    "user-prompt": "add one line for the agent from --warn on; hold the prompt back from --max on",
    "pre-tool": "deny the tool from --max on, and say which window resets when",
    stop: "tell you from --max on; never blocks",
    "stop-failure": "note a session that a limit stopped, and tell the bridge; never blocks",
    "session-start": "tell a new session what a limit stopped in its folder, once",
    notification: "say nothing; never blocks",
  },
  options: {
    warn: { value: "<percent>", meaning: "warn from this percentage on (80)" },
    max: { value: "<percent>", meaning: "hold work back from this percentage on (95)" },
    window: { value: "<id>,…", meaning: "watch only these windows: five_hour, seven_day, scoped:fable" },
    model: { value: "<name>", meaning: "also watch this model's own window: opus, fable" },
    "allow-tool": { value: "<name>,…", meaning: "tools that stay allowed, so that the agent can wrap up" },
    "on-unknown": {
      value: "<what>",
      choices: ["go", "fail"],
      meaning: "when the quota is unknown: go on, or fail as at --max (go)",
    },
    spread: { value: "<time>", meaning: "with user-prompt: stagger Claude Code's automatic continuations (6s)" },
    "max-age": { value: "<time>", meaning: "treat readings older than this as unknown (10m)" },
    account: accountOfPane,
    "no-color": noColorAnyway,
  },
  unlisted: ["no-color"],
  details: [
    "95 stops running work. `claude-meter guard` already holds back new work at 90, so work that it let through can " +
      "finish.",
    "",
    "Prints JSON for Claude Code. Exit code: 0, or 64 when the command line is wrong (which blocks nothing).",
    "Details: docs/claude-code.md.",
  ],
  examples: [
    ["claude-meter setup --claude-code", "add them to its settings"],
    ["claude-meter hook pre-tool --allow-tool Write", "a note can still be written"],
  ],
} satisfies CommandHelp<typeof hookOptionNames>;
