// The minute: one alarm that outlives the worker.
import browser from "webextension-polyfill";

export const ALARM_NAME = "poll";

/** Get, then create: creating an existing alarm anew postpones it, and a busy worker would never poll. */
export async function ensureAlarm(): Promise<void> {
  const existing = await browser.alarms.get(ALARM_NAME);
  if (!existing) await browser.alarms.create(ALARM_NAME, { when: Date.now(), periodInMinutes: 1 });
}
