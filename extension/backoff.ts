// How long to leave claude.ai alone after a question that failed. Pure; kept in storage, so that it outlives the worker.
import type { PollState } from "../shared/poll-state.ts";

const MINUTE_MS = 60_000;
/** The longest that a server's own Retry-After is kept. */
export const MAX_RETRY_AFTER_MS = 6 * 60 * MINUTE_MS;
const JITTER = 0.2;

/** Minutes to wait after the first, second, ... failure in a row; the last one repeats. */
const ladders = {
  // Only a sign-in can end it, and the user expects the meter to notice one.
  "signed-out": [1, 1, 1, 1, 1, 2, 5],
  challenge: [5, 10, 20, 40, 60],
  "rate-limited": [15, 30, 60],
  "no-access": [1],
  offline: [1, 1, 1, 2, 5],
  "server-error": [1, 2, 5, 10, 15],
  changed: [1, 5, 15, 30, 60],
  // A look that began and did not end: a browser that was closed in the middle of one shall not wait.
  unfinished: [0, 1, 2, 5, 10, 15],
} as const satisfies Record<FailureState, readonly number[]>;

export type FailureState = Exclude<PollState, "ok"> | "unfinished";
export type Failure = { state: FailureState; failures: number; retryAfterMs: number | undefined };

/**
 * Milliseconds to wait after `failures` failures in a row (at least 1), never less than the server asked for.
 * `random` (0-1) adds up to a fifth, so that several browsers of one account do not come back together.
 */
export function toBackoffMs(failure: Failure, random: number): number {
  const ladder: readonly number[] = ladders[failure.state];
  const minutes = ladder[Math.min(failure.failures, ladder.length) - 1] ?? 1;
  const waitMs = Math.max(minutes * MINUTE_MS, failure.retryAfterMs ?? 0);
  // A one-minute step is the alarm's own pace: jitter would make it skip every second alarm.
  return minutes <= 1 && !failure.retryAfterMs ? 0 : waitMs + waitMs * JITTER * random;
}

/** The longest wait that this failure can give. */
export function toMaxBackoffMs(state: FailureState): number {
  const ladderMs = Math.max(...ladders[state]) * MINUTE_MS;
  return (state === "rate-limited" ? Math.max(ladderMs, MAX_RETRY_AFTER_MS) : ladderMs) * (1 + JITTER);
}
