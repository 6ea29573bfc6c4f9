// The minute: one alarm that outlives the worker.
import browser from "webextension-polyfill";

export const ALARM_NAME = "poll";

const PERIOD_MS = 60_000;

/**
 * Get, then create: creating an existing alarm anew postpones it, and a busy worker would never poll. But one that lies
 * further ahead than two periods was set by a clock that was ahead, and would not come for as long.
 */
export async function ensureAlarm(): Promise<void> {
  const existing = await browser.alarms.get(ALARM_NAME);
  if (!isBelieved(existing, Date.now())) {
    await browser.alarms.create(ALARM_NAME, { when: Date.now(), periodInMinutes: PERIOD_MS / 60_000 });
  }
}

export function isBelieved(alarm: { scheduledTime: number } | undefined, nowMs: number): boolean {
  return alarm !== undefined && alarm.scheduledTime - nowMs <= 2 * PERIOD_MS;
}
