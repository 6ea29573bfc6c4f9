// What becomes of a request that was refused: it passes, is held until a reset, or is asked again in a moment. Pure.
import type { ApiLimit, ApiLimitKind } from "../../shared/api-limit/decide-api-limit.ts";
import { toSpreadDelayMs } from "../../shared/spread.ts";
import type { WaitRules } from "../state/wait-rules.ts";

export type Refused = {
  limit: ApiLimit | undefined;
  /** A streaming turn, and room for one more: the only request that can be held. */
  isHoldable: boolean;
  /** The client has the head of an answer, so that no refusal can pass any more. */
  isHeld: boolean;
  /** When the client asked. */
  sinceMs: number;
  /** How often it was asked again in a moment since anything else was answered. */
  tries: number;
  nowMs: number;
  /** A random number of this request's own, 0 to 1. */
  share: number;
};

export type Wait = { kind: "pass" } | { kind: "hold"; untilMs: number } | { kind: "again"; untilMs: number };

/** A server that still refuses after the reset it named is behind its own clock. */
const LATE_MS = 15_000;
const MAX_TRIES = 5;
const FIRST_DELAY_MS = 1_000;
/** A quarter more at most, as the clients do it. */
const JITTER = 0.25;
/** Claude Code gives up after 182 s without the head of an answer. */
const MAX_SMOOTH_MS = 120_000;

const passing: readonly ApiLimitKind[] = [
  "overload",
  "requests",
  "input-tokens",
  "output-tokens",
  "tokens",
  "connections",
  "acceleration",
  "throttle",
];

export function decideWait(refused: Refused, rules: WaitRules): Wait {
  const { isHeld, limit, nowMs, share, sinceMs, tries } = refused;
  const maxHoldMs = rules.hold_ms ?? 0;
  if (limit?.kind === "plan") {
    if (!refused.isHoldable || limit.endsAtMs === null) return { kind: "pass" };
    const resetMs = limit.endsAtMs > nowMs ? limit.endsAtMs : nowMs + LATE_MS;
    const untilMs = Math.ceil(resetMs + rules.grace_ms + toSpreadDelayMs(share, rules.spread_ms));
    // Whoever cannot get there in time need not wait for it.
    return untilMs - sinceMs <= maxHoldMs ? { kind: "hold", untilMs } : { kind: "pass" };
  }
  const isPassing = limit !== undefined && passing.includes(limit.kind) && (rules.smooth || isHeld);
  // A held turn can no longer leave a failure of the server to its client's own retries.
  const isTrouble = isHeld && limit?.kind === "server";
  if ((!isPassing && !isTrouble) || tries >= MAX_TRIES) return { kind: "pass" };
  const askedMs = limit.retryAtMs === null ? 0 : limit.retryAtMs - nowMs;
  const delayMs = Math.max(askedMs, FIRST_DELAY_MS * 2 ** tries) * (1 + share * JITTER);
  const untilMs = Math.ceil(nowMs + delayMs);
  return untilMs - sinceMs <= (isHeld ? maxHoldMs : MAX_SMOOTH_MS) ? { kind: "again", untilMs } : { kind: "pass" };
}
