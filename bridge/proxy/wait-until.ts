// Waits for a moment of the wall clock: timers stand still while a machine sleeps, and can be no longer than 24 days.
import { setTimeout } from "node:timers/promises";

const STEP_MS = 20_000;

/** Rejects with an AbortError when aborted. */
export async function waitUntil(ms: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = ms - Date.now(); leftMs > 0; leftMs = ms - Date.now()) {
    await setTimeout(Math.min(leftMs, STEP_MS), undefined, { signal });
  }
}
