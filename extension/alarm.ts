// The minute: one alarm that outlives the worker.

export const ALARM_NAME = "poll";

/** Get, then create: creating an existing alarm anew postpones it, and a busy worker would never poll. */
export async function ensureAlarm(): Promise<void> {
  const existing = await chrome.alarms.get(ALARM_NAME);
  if (!existing) await chrome.alarms.create(ALARM_NAME, { when: Date.now(), periodInMinutes: 1 });
}
