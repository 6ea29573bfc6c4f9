// What Claude Code's messages say of the windows, as a reading has it. Pure.
import type { Reading } from "../../../shared/reading.ts";
import { toIso } from "../../../shared/time.ts";
import type { EventWindow } from "./rate-limit-event.ts";

const WINDOW_ID = /^[a-z0-9_-]{1,80}$/;

/** Extra usage is money, and no window. */
export function toReported(windows: readonly EventWindow[]): Reading["windows"] {
  const known = windows.flatMap(({ window, usedPercent, resetsAtMs }) => {
    if (usedPercent === null || window === "overage" || !WINDOW_ID.test(window)) return [];
    const resets_at = resetsAtMs === null ? null : toIso(resetsAtMs);
    return [[window, { utilization: usedPercent, resets_at }] as const];
  });
  return Object.fromEntries(known);
}
