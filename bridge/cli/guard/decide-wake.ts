// When a waiting guard looks again: at least each minute, less than twice a minute, whatever the reset says. Pure.

const LONGEST_SLEEP_MS = 60_000;
/** Above half a minute, so that two looks never fall into one minute. */
const SHORTEST_SLEEP_MS = 31_000;
/** The browser reads each minute; its reading is in the file a moment later. */
const READING_EVERY_MS = 60_000;
const READING_DELAY_MS = 2_000;
const READING_JITTER_MS = 10_000;

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
