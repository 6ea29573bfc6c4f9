// When Claude Code last heard from the server: the status line's input has no date of its own, and an idle session hands
// in the same old numbers each time it paints.
import { parseIsoMs } from "../../../shared/time.ts";
import { readTail } from "../read-tail.ts";

/** The newest answer in the session's transcript; without a transcript there is no idle time to tell, so it is `nowMs`. */
export function readAnswerTime(transcriptPath: string | undefined, nowMs: number): number {
  const tail = transcriptPath === undefined ? undefined : readTail(transcriptPath);
  return tail ? Math.min(nowMs, findAnswerTime(tail.text) ?? tail.changedMs) : nowMs;
}

/** The transcript is one JSON object a line; the first line of its tail may be a half. */
export function findAnswerTime(tail: string): number | undefined {
  for (const line of tail.split("\n").toReversed()) {
    if (!line.includes('"assistant"')) continue;
    const ms = toAnswerTime(line);
    if (ms !== undefined) return ms;
  }
  return undefined;
}

function toAnswerTime(line: string): number | undefined {
  try {
    const entry: unknown = JSON.parse(line);
    const isAnswer = typeof entry === "object" && entry !== null && "type" in entry && entry.type === "assistant";
    return isAnswer && "timestamp" in entry && typeof entry.timestamp === "string"
      ? parseIsoMs(entry.timestamp)
      : undefined;
  } catch {
    // Half a line.
    return undefined;
  }
}
