// What a waiting guard does after a look: go on, give up, or sleep until the next one. Pure.
import type { GateDecision } from "../gate/decide-gate.ts";
import { type Doubt, isLasting } from "../gate/doubt.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { decideWakeMs } from "./decide-wake.ts";
import { type Ready, toResetMs, type Wait } from "./merge-look.ts";

export type Step =
  | { kind: "go"; reason: Ready["reason"] | Doubt }
  | { kind: "refuse"; exit: "over" | "unknown"; reason: "max-wait" | Doubt }
  | { kind: "sleep"; untilMs: number };

export type Look = {
  decision: GateDecision;
  nowMs: number;
  isFirst: boolean;
  /** This pane's own random part of the spread, 0 to 1. */
  share: number;
};

/** A random part of the spread never spans all of it; with a quarter more, some twenty panes do. */
const SPREAD_STRETCH = 1.25;

export function decideStep(wait: Wait, look: Look, options: GateOptions): Step {
  const { decision, nowMs, share } = look;
  const releaseMs = wait.ready && wait.ready.fromMs + toSpreadMs(wait.ready, share, options.spreadMs);
  if (wait.ready && releaseMs !== null && nowMs >= releaseMs && decision.verdict === "go" && decision.isFresh) {
    return { kind: "go", reason: wait.ready.reason };
  }
  const deadlineMs = wait.startedMs + options.maxWaitMs;
  if (nowMs >= deadlineMs) return { kind: "refuse", exit: "over", reason: "max-wait" };
  const resumeMs = toResumeMs(wait, share, options);
  if (decision.verdict === "doubt") {
    const answer = decideDoubt(decision.reason, wait, nowMs, resumeMs, options);
    if (answer) return answer;
  }
  const wakeMs = decideWakeMs({
    nowMs,
    share,
    isFirst: look.isFirst,
    releaseMs,
    resumeMs,
    fetchedMs: decision.fetchedMs,
  });
  return { kind: "sleep", untilMs: Math.min(wakeMs, deadlineMs) };
}

/** When this pane means to go on; undefined while nobody knows the reset. */
export function toResumeMs(wait: Wait, share: number, { graceMs, spreadMs }: GateOptions): number | undefined {
  const resetMs = toResetMs(wait);
  return resetMs === undefined ? undefined : resetMs + graceMs + share * spreadMs * SPREAD_STRETCH;
}

/** What needed a second reading has cost a minute already. */
function toSpreadMs({ reason }: Ready, share: number, spreadMs: number): number {
  return share * spreadMs * (reason === "early-reset" || reason === "slower" ? 1 : SPREAD_STRETCH);
}

/** Every reset brings a moment of doubt, until the next reading; only one that stays is the user's --on-unknown. */
function decideDoubt(reason: Doubt, wait: Wait, nowMs: number, resumeMs: number | undefined, options: GateOptions) {
  const refusal = { kind: "refuse", exit: "unknown", reason } as const;
  if (!wait.binding && !wait.hit && isLasting(reason)) return refusal;
  const lastedMs = nowMs - Math.max(wait.doubtMs ?? nowMs, resumeMs ?? 0);
  if (options.onUnknown === "wait" || lastedMs <= options.maxAgeMs) return undefined;
  return options.onUnknown === "go" ? ({ kind: "go", reason } as const) : refusal;
}
