// A wait that outlives the worker: until when claude.ai is left alone. Pure.

export type Wait = { fromMs: number; untilMs: number };

/** Clocks are set right by seconds all the time. */
const CLOCK_TOLERANCE_MS = 60_000;

/**
 * Whether it is still to be kept. Not when a clock wrote it that was ahead and is not any more, and not when it is longer
 * than any wait there is: both would stop the meter for hours.
 */
export function isWaiting({ fromMs, untilMs }: Wait, maxMs: number, nowMs: number): boolean {
  return nowMs < untilMs && nowMs >= fromMs - CLOCK_TOLERANCE_MS && untilMs - fromMs <= maxMs;
}
