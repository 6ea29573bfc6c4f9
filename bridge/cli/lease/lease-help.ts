// The help of what a lease is asked for, for `run` and `guard --lease`.
import type { OptionsHelp } from "../help/command-help.ts";
import type { LeaseText } from "./lease-option-names.ts";

export const leaseOptionsHelp = {
  class: {
    value: "<name>",
    meaning: "what jobs like this one are called in `claude-meter costs` (repository/program)",
  },
  cost: { value: "<id>:<points>,…", meaning: "what it costs, instead of what is learned: five_hour:4" },
  priority: {
    value: "<what>",
    choices: ["low", "normal", "high"],
    meaning: "who comes first: low, normal or high (normal); low also leaves what people use until the reset",
  },
  reserve: { value: "<percent>", meaning: "points that stay free, by the hour if you like: 40@08-19,6 (6)" },
  "on-no-lease": {
    value: "<what>",
    choices: ["go", "fail"],
    meaning: "when no bridge can grant one: go on by the gate alone, or fail with 69 (go)",
  },
} satisfies OptionsHelp<{ flags: readonly []; texts: readonly LeaseText[] }>;
