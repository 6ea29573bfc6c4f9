// When Claude Code last heard from the server: the status line's input has no date of its own, and an idle session hands
// in the same old numbers each time it paints.
import { closeSync, fstatSync, openSync, readSync, statSync } from "node:fs";
import { parseIsoMs } from "../../../shared/time.ts";

/** A result of a tool can be long; an answer further back is looked for once more. */
const TAIL_BYTES = [64 * 1024, 1024 * 1024];

/** The newest answer in the session's transcript. Undefined without one: right after /clear the numbers are of any age. */
export function readAnswerTime(transcriptPath: string | undefined, nowMs: number): number | undefined {
  if (transcriptPath === undefined) return undefined;
  try {
    // Opening anything else could block.
    if (!statSync(transcriptPath).isFile()) return undefined;
    const file = openSync(transcriptPath, "r");
    try {
      const { size } = fstatSync(file);
      const answerMs = findInTails(file, size);
      return answerMs === undefined ? undefined : Math.min(nowMs, answerMs);
    } finally {
      closeSync(file);
    }
  } catch {
    // Not written yet, or not for us.
    return undefined;
  }
}

function findInTails(file: number, size: number): number | undefined {
  for (const bytes of TAIL_BYTES) {
    const tail = Buffer.alloc(Math.min(size, bytes));
    readSync(file, tail, 0, tail.length, size - tail.length);
    const answerMs = findAnswerTime(tail.toString("utf8"));
    if (answerMs !== undefined || tail.length === size) return answerMs;
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
