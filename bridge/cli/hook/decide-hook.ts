// What a hook makes of the quota: nothing to say, a word of warning, or work held back and why. Pure.
import { type Doubt, decideGate, type WindowLevel } from "../gate/decide-gate.ts";
import type { RowReading } from "../row/read-row.ts";
import type { HookOptions } from "./hook-options.ts";

export type HookDecision =
  | { kind: "nothing" }
  | { kind: "warn" | "over"; level: WindowLevel }
  | { kind: "unknown"; doubt: Doubt }
  /** More is owed to running work than is left, and the lease of this run is the youngest. */
  | { kind: "braked" };

/** What is not known holds nothing back unless the user asked for it. */
export function decideHook(reading: RowReading, options: HookOptions, nowMs: number): HookDecision {
  const decision = decideGate(reading, options.limits, nowMs);
  switch (decision.verdict) {
    case "over":
      return { kind: "over", level: decision.binding };
    case "doubt":
      return options.isUnknownHeldBack ? { kind: "unknown", doubt: decision.reason } : { kind: "nothing" };
    case "go": {
      const fullest = decision.levels.reduce(toFuller, undefined);
      const isNear = fullest !== undefined && (fullest.utilization ?? -1) >= options.warnPercent;
      return isNear ? { kind: "warn", level: fullest } : { kind: "nothing" };
    }
  }
}

function toFuller(a: WindowLevel | undefined, b: WindowLevel): WindowLevel {
  return a && (a.utilization ?? -1) >= (b.utilization ?? -1) ? a : b;
}
