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
    return `claude-meter: waiting will not help, someone has to act: ${words}`;
  }
  return `Claude ${toDisplayText(limit.name, 40)} limit reached, ${formatReset(limit, moment)}`;
}

/** What a hook kept back: the whole prompt, or a tool that the agent then went without. */
export function formatHeldBack({ tool, words }: { tool: string | null; words: string }): string {
  const what =
    tool === null ? "the prompt was held back by a hook" : `${toDisplayText(tool, 40)} was held back by a hook`;
  return `${what}, so the work is not done${words.trim() === "" ? "" : `: ${quote(words)}`}`;
}

function formatReset(limit: Limit, { resetMs, nowMs, timeZone }: LimitMoment): string {
  if (resetMs !== undefined) {
    return `resets ${formatClock(toIso(resetMs), nowMs, timeZone)} (${formatCountdown(resetMs - nowMs)})`;
  }
  return limit.resetText === null ? "reset time unknown" : `reset time not recognised: ${quote(limit.resetText)}`;
}

function quote(text: string): string {
  return `"${toDisplayText(text, MAX_QUOTE_CHARACTERS)}"`;
}
