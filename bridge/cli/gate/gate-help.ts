// The help of what a gate watches and how it waits, for every command that waits at it.
import type { OptionsHelp } from "../help/command-help.ts";
import type { gateOptionNames } from "./gate-options.ts";

export const gateOptionsHelp = {
  max: { value: "<percent>", meaning: "go on below this, not at it (90)" },
  model: { value: "<name>", meaning: "watch this model's own limit as well: opus, fable, claude-opus-4-8" },
  window: { value: "<id>,…", meaning: "watch exactly these: five_hour, seven_day, scoped:fable" },
  "money-max": {
    value: "<percent>",
    meaning:
      "watch the paid usage too. A Team or Enterprise seat that spends instead of stopping\n" +
      "never gets a 429, so only this stops it; an account without windows needs it",
  },
  forecast: { meaning: "not either when a watched window would be full within --for; no forecast is no objection" },
  for: { value: "<time>", meaning: "how far --forecast looks ahead (30m)" },
  account: {
    value: "<name>",
    meaning:
      "e-mail, account uuid, organisation uuid or name; else CLAUDE_METER_ACCOUNT, else the login of this\n" +
      "pane, else the only one",
  },
  "max-age": { value: "<time>", meaning: "an older reading is doubt (10m)" },
  "on-unknown": {
    value: "<what>",
    choices: ["wait", "go", "fail"],
    meaning: "in doubt wait for a fresh reading (wait), go on (go), or end with 69 (fail)",
  },
  "no-wait": { meaning: "answer at once" },
  "max-wait": { value: "<time>", meaning: "wait no longer than this, then 75 (without an end)" },
  grace: { value: "<time>", meaning: "stay this long after the reset (30s)" },
  spread: { value: "<time>", meaning: "panes go on over at least this time, each at its own random moment (60s)" },
} satisfies OptionsHelp<typeof gateOptionNames>;
