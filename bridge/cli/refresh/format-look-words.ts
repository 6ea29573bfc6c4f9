// Why a look on demand brought no new reading, in one sentence with what to do. Pure.
import { formatDuration } from "../../../shared/format.ts";
import { pollStateWords } from "../../../shared/poll-state.ts";
import type { Refreshed } from "../../../shared/refresh.ts";
import type { LookAnswer } from "./ask-for-look.ts";

/** Undefined when there is a new reading. */
export function formatLookWords(answer: LookAnswer): string | undefined {
  switch (answer.kind) {
    case "not-running":
      return "the bridge is not running: start it with `claude-meter bridge start`.";
    case "no-answer":
      return "the bridge did not respond in time: run `claude-meter doctor`.";
    case "answered": {
      const [first] = answer.rows.filter(({ outcome }) => outcome !== "read");
      return first && formatOutcome(first);
    }
  }
}

export function formatOutcome(
  { outcome, state, next_ask_at: next }: Refreshed["rows"][number],
  nowMs = Date.now(),
): string | undefined {
  switch (outcome) {
    case "read":
      return undefined;
    case "failed":
      return pollStateWords[state ?? "changed"];
    case "no-browser":
      if (next !== undefined) {
        const inWords = formatDuration(Math.max(60_000, Date.parse(next) - nowMs));
        return `no browser reads this account, and Claude Code is asked again in ${inWords} at the earliest.`;
      }
      return "no browser that reads this account is connected: open one with the extension, signed in to claude.ai.";
    case "no-answer":
      return "the browser did not finish reading claude.ai in time.";
  }
}
