// What a waiting guard does after the gate has decided: go on, give up, or sleep, and until when. Pure.
import { toSpreadDelayMs } from "../../../shared/spread.ts";
import { type Doubt, type GateDecision, isLasting } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { type Ready, toLastResetMs, type Wait } from "./remember-decision.ts";

export type Step =
  | { kind: "go"; reason: Ready["reason"] | Doubt }
  | { kind: "refuse"; exit: "over" | "unknown"; reason: "max-wait" | Doubt }
  | { kind: "sleep"; untilMs: number };

/** What the gate decided just now, and when. */
export type StepFacts = {
  decision: GateDecision;
  nowMs: number;
  isFirst: boolean;
  /** This pane's own random part of the spread, 0 to 1. */
  share: number;
};

const LONGEST_SLEEP_MS = 60_000;
/** Above half a minute, so that two looks never fall into one minute. */
const SHORTEST_SLEEP_MS = 31_000;
/** The browser reads each minute; its reading is in the file a moment later. */
const READING_EVERY_MS = 60_000;
const READING_DELAY_MS = 2_000;
const READING_JITTER_MS = 10_000;

export function decideStep(wait: Wait, facts: StepFacts, options: GateOptions): Step {
  const { decision, nowMs, share } = facts;
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
    isFirst: facts.isFirst,
    releaseMs,
    resumeMs,
    fetchedMs: decision.fetchedMs,
  });
  return { kind: "sleep", untilMs: Math.min(wakeMs, deadlineMs) };
}

/** When this pane means to go on; undefined while nobody knows the reset. */
export function toResumeMs(wait: Wait, share: number, { graceMs, spreadMs }: GateOptions): number | undefined {
  const resetMs = toLastResetMs(wait);
  return resetMs === undefined ? undefined : resetMs + graceMs + toSpreadDelayMs(share, spreadMs);
}

/** What needed a second reading has cost a minute already. */
function toSpreadMs({ reason }: Ready, share: number, spreadMs: number): number {
  const isSpentAlready = reason === "early-reset" || reason === "slower";
  return isSpentAlready ? share * spreadMs : toSpreadDelayMs(share, spreadMs);
}

/** Every reset brings a moment of doubt, until the next reading; only one that stays is the user's --on-unknown. */
function decideDoubt(reason: Doubt, wait: Wait, nowMs: number, resumeMs: number | undefined, options: GateOptions) {
  const refusal = { kind: "refuse", exit: "unknown", reason } as const;
  if (!wait.binding && !wait.hit && isLasting(reason)) return refusal;
  const lastedMs = nowMs - Math.max(wait.doubtMs ?? nowMs, resumeMs ?? 0);
  if (options.onUnknown === "wait" || lastedMs <= options.maxAgeMs) return undefined;
  return options.onUnknown === "go" ? ({ kind: "go", reason } as const) : refusal;
}

export type WakeTimes = {
  nowMs: number;
  share: number;
  isFirst: boolean;
  /** Free again, and this pane's turn then. */
  releaseMs: number | null;
  /** This pane's turn after the reset. */
  resumeMs: number | undefined;
  fetchedMs: number | undefined;
};

/** At least each minute, less than twice a minute, whatever the reset says. */
export function decideWakeMs({ nowMs, share, isFirst, releaseMs, resumeMs, fetchedMs }: WakeTimes): number {
  if (releaseMs !== null && releaseMs > nowMs) return Math.min(releaseMs, nowMs + LONGEST_SLEEP_MS);
  const shortestMs = isFirst ? 0 : SHORTEST_SLEEP_MS;
  const sleeps = [LONGEST_SLEEP_MS];
  if (resumeMs !== undefined && resumeMs > nowMs) sleeps.push(toSleepMs(Math.max(resumeMs - nowMs, shortestMs)));
  if (fetchedMs !== undefined) {
    const delayMs = READING_DELAY_MS + share * READING_JITTER_MS;
    const sinceMs = (nowMs - fetchedMs - delayMs) % READING_EVERY_MS;
    const nextMs = (READING_EVERY_MS - sinceMs) % READING_EVERY_MS;
    sleeps.push(toSleepMs(nextMs < SHORTEST_SLEEP_MS ? nextMs + READING_EVERY_MS : nextMs));
  }
  return nowMs + Math.min(...sleeps);
}

/** The first sleep on the way to a moment, chosen so that the last one is not too short. */
function toSleepMs(remainingMs: number): number {
  if (remainingMs <= LONGEST_SLEEP_MS) return remainingMs;
  return remainingMs < LONGEST_SLEEP_MS + SHORTEST_SLEEP_MS ? remainingMs / 2 : LONGEST_SLEEP_MS;
}
