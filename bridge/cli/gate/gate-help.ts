// The help of what a gate watches and how it waits, for every command that waits at it.
import type { OptionsHelp } from "../help/command-help.ts";
import type { gateOptionNames } from "./gate-options.ts";

export const gateOptionsHelp = {
  max: { value: "<percent>", meaning: "hold work back at this percentage and above (90)" },
  model: { value: "<name>", meaning: "also watch this model's own window: opus, fable, claude-opus-4-8" },
  window: { value: "<id>,…", meaning: "watch only these windows: five_hour, seven_day, scoped:fable" },
  "money-max": {
    value: "<percent>",
    meaning:
      "also watch paid usage, and hold back at this share of its limit. " +
      "A seat with paid usage spends instead of stopping, so nothing else stops it. " +
      "Required for an account without windows",
  },
  forecast: {
    meaning:
      "also hold back when a watched window is forecast to fill up within --for " +
      "(a missing forecast does not hold back)",
  },
  for: { value: "<time>", meaning: "how far ahead --forecast checks (30m)" },
  account: {
    value: "<name>",
    meaning:
      "e-mail, account uuid, organisation uuid or organisation name. " +
      "Default: CLAUDE_METER_ACCOUNT, then the account this pane is signed in to, then the only one",
  },
  "max-age": { value: "<time>", meaning: "treat readings older than this as unknown (10m)" },
  "on-unknown": {
    value: "<what>",
    choices: ["wait", "go", "fail"],
    meaning: "when the quota is unknown: wait for a fresh reading, go on, or fail with 69 (wait)",
  },
  "no-wait": { meaning: "never wait: answer at once" },
  "max-wait": { value: "<time>", meaning: "give up after this long with exit code 75 (default: wait forever)" },
  grace: { value: "<time>", meaning: "keep waiting this long after the reset (30s)" },
  spread: { value: "<time>", meaning: "stagger resuming panes at random over this long (60s)" },
} satisfies OptionsHelp<typeof gateOptionNames>;
