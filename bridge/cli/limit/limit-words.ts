// The one line that tells the operator which limit was hit and when it ends. Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatClock, formatCountdown } from "../../../shared/format.ts";
import { toIso } from "../../../shared/time.ts";
import { isForPerson, type Limit } from "./limit.ts";

export type LimitMoment = { resetMs: number | undefined; nowMs: number; timeZone?: string };

const MAX_QUOTE_CHARACTERS = 120;

/** "Claude weekly limit reached, resets Thu 04:00 (in 2 h 11 min)"; what follows from it is the caller's to add. */
export function formatLimit(limit: Limit, moment: LimitMoment): string {
  if (isForPerson(limit)) {
    const words = limit.text === null ? "usage credits are required" : quote(limit.text);
    return `Claude needs a person, not time: ${words}`;
  }
  return `Claude ${toDisplayText(limit.name, 40)} limit reached, ${formatReset(limit, moment)}`;
}

function formatReset(limit: Limit, { resetMs, nowMs, timeZone }: LimitMoment): string {
  if (resetMs !== undefined) {
    return `resets ${formatClock(toIso(resetMs), nowMs, timeZone)} (${formatCountdown(resetMs - nowMs)})`;
  }
  return limit.resetText === null ? "reset time unknown" : `resets ${quote(limit.resetText)}, which is not understood`;
}

function quote(text: string): string {
  return `"${toDisplayText(text, MAX_QUOTE_CHARACTERS)}"`;
}
