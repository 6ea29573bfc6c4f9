// What Claude Code hands its StopFailure hook when a turn ends in an error of the API, and what the session's transcript
// tells of it: the hook's own input says `rate_limit` of a throttle and of a full plan alike. Pure.
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import type { Reading } from "../../../shared/reading.ts";
import { parseIsoMs } from "../../../shared/time.ts";
import { decideMeaning, type RateLimitInfo, rateLimitInfoSchema, toEventWindows } from "../limit/rate-limit-event.ts";
import { toReported } from "../limit/to-reported.ts";

const textSchema = z.catch(z.nullish(z.string()), null);
const inputSchema = z.looseObject({
  hook_event_name: z.literal("StopFailure"),
  session_id: textSchema,
  transcript_path: textSchema,
  cwd: textSchema,
  /** `rate_limit`, `server_error`, `authentication_failed`, … */
  error: textSchema,
  last_assistant_message: textSchema,
});
export type StopFailure = z.infer<typeof inputSchema>;

/** Undefined when it is no such input. */
export function parseStopFailure(input: unknown): StopFailure | undefined {
  return inputSchema.safeParse(input).data;
}

/** A row of the transcript; `quotaLimits` is there since 2.1.332, and never for a throttle. */
const rowSchema = z.looseObject({
  timestamp: z.string(),
  isApiErrorMessage: z.literal(true),
  quotaLimits: z.catch(z.nullish(rateLimitInfoSchema), null),
});

/** When a turn failed, and the quota that stood in its way; null when it was none. */
export type FailedTurn = { atMs: number; info: RateLimitInfo | null };

/** Longer ago it is another turn that failed. */
const LATEST_MS = 60_000;

/** The newest error of the API in the transcript's tail, whose first line may be a half. */
export function findFailedTurn(tail: string, nowMs: number): FailedTurn | undefined {
  const lines = tail.split("\n").filter((line) => line.includes('"isApiErrorMessage"'));
  for (const line of lines.toReversed()) {
    const turn = parseRow(line);
    if (turn) return Math.abs(nowMs - turn.atMs) <= LATEST_MS ? turn : undefined;
  }
  return undefined;
}

function parseRow(line: string): FailedTurn | undefined {
  try {
    const { timestamp, quotaLimits } = rowSchema.parse(parseJson(line));
    const atMs = parseIsoMs(timestamp);
    return atMs === undefined ? undefined : { atMs, info: quotaLimits ?? null };
  } catch {
    // Half a line, or a message that quotes one.
    return undefined;
  }
}

const FULL_PERCENT = 100;

/** What a refusal says of every window; undefined when it was none. */
export function toLimitWindows({ info }: FailedTurn): Reading["windows"] | undefined {
  if (info === null || decideMeaning(info) !== "limit") return undefined;
  const full = toEventWindows(info).map((each) => {
    const isFull = each.isRejected ?? each.window === info.rateLimitType;
    return isFull ? { ...each, usedPercent: Math.max(FULL_PERCENT, each.usedPercent ?? 0) } : each;
  });
  const windows = toReported(full);
  return Object.keys(windows).length === 0 ? undefined : windows;
}
