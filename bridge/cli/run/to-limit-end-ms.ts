// When a limit ends by its own message: the event's moment, else the words after "resets" read against this machine's clock.
import type { Limit } from "../limit/limit.ts";

export async function toLimitEndMs(limit: Limit): Promise<number | undefined> {
  if (limit.resetsAtMs !== null) return limit.resetsAtMs;
  if (limit.resetText === null) return undefined;
  // Loaded only here: time zones are the slowest part of the runtime to load, and most runs hit no limit.
  const resetTime = await import("../limit/reset-time.ts");
  return resetTime.parseResetMs(limit.resetText, {
    nowMs: limit.seenAtMs,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC",
    maxAheadMs: limit.window === "five_hour" ? resetTime.SESSION_AHEAD_MS : resetTime.ANY_AHEAD_MS,
  });
}
