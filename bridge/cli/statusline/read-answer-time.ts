// When Claude Code last heard from the server: the status line's input has no date of its own, and an idle session hands
// in the same old numbers each time it paints.
import { parseIsoMs } from "../../../shared/time.ts";
import { readTail } from "../read-tail.ts";

/** A result of a tool can be long; an answer further back is looked for once more. */
const TAIL_BYTES = [64 * 1024, 1024 * 1024];

/** The newest answer in the session's transcript. Undefined without one: right after /clear the numbers are of any age. */
export function readAnswerTime(transcriptPath: string | undefined, nowMs: number): number | undefined {
  if (transcriptPath === undefined) return undefined;
  for (const bytes of TAIL_BYTES) {
    const tail = readTail(transcriptPath, bytes);
    const answerMs = tail && findAnswerTime(tail.text);
    if (answerMs !== undefined) return Math.min(nowMs, answerMs);
    if (!tail || tail.isWhole) return undefined;
  }
  return undefined;
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
    // Claude Code's own words about an error, unless the server's limits came with it.
    if (isAnswer && "isApiErrorMessage" in entry && !("quotaLimits" in entry)) return undefined;
    return isAnswer && "timestamp" in entry && typeof entry.timestamp === "string"
      ? parseIsoMs(entry.timestamp)
      : undefined;
  } catch {
    // Half a line.
    return undefined;
  }
}
