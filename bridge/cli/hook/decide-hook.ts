// What a hook makes of the quota: nothing to say, a word of warning, or work held back and why. Pure.
import { decideGate, type Meter } from "../gate/decide-gate.ts";
import type { Doubt } from "../gate/doubt.ts";
import type { RowReading } from "../row/read-row.ts";
import type { HookOptions } from "./hook-options.ts";

export type HookDecision =
  | { kind: "nothing" }
  | { kind: "warn" | "over"; meter: Meter }
  | { kind: "unknown"; doubt: Doubt };

/** What is not known holds nothing back unless the user asked for it. */
export function decideHook(reading: RowReading, options: HookOptions, nowMs: number): HookDecision {
  const decision = decideGate(reading, options.limits, nowMs);
  switch (decision.verdict) {
    case "over":
      return { kind: "over", meter: decision.binding };
    case "doubt":
      return options.isUnknownHeldBack ? { kind: "unknown", doubt: decision.reason } : { kind: "nothing" };
    case "go": {
      const fullest = decision.meters.reduce(toFuller, undefined);
      const isNear = fullest !== undefined && (fullest.utilization ?? -1) >= options.warnPercent;
      return isNear ? { kind: "warn", meter: fullest } : { kind: "nothing" };
    }
  }
}

function toFuller(a: Meter | undefined, b: Meter): Meter {
  return a && (a.utilization ?? -1) >= (b.utilization ?? -1) ? a : b;
}
