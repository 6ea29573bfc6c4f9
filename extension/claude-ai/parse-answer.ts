// Tells the states of claude.ai apart, in the order that keeps a challenge from looking like a sign-out.
import * as z from "zod/mini";
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import { parseJson } from "../../shared/json.ts";
import { MAX_RETRY_AFTER_MS } from "../backoff.ts";
import type { Answer } from "./fetch-answer.ts";

/** What the path asks for: a refusal means something else for one organisation than for the whole session. */
export type AnswerScope = "session" | "organisation";

const errorSchema = z.looseObject({
  error: z.looseObject({
    type: z.optional(z.string()),
    message: z.optional(z.string()),
    details: z.catch(z.nullish(z.looseObject({ error_code: z.optional(z.string()) })), null),
  }),
});

/** The JSON of a good answer; throws MeterError with the state in all other cases. */
export function parseAnswer(answer: Answer, scope: AnswerScope, nowMs: number): unknown {
  if (answer.isMitigated || isChallengePage(answer)) throw new MeterError("challenge");
  if (answer.status === 429) {
    throw new MeterError("rate-limited", { retryAfterMs: parseRetryAfter(answer.retryAfter, nowMs) });
  }
  if (answer.status >= 500) throw new MeterError("server-error");
  if (answer.path === "/login") throw new MeterError("signed-out");
  if (answer.isCut || !answer.contentType.includes("json")) throw new MeterError("changed");
  const body = readJson(answer.text);
  if (answer.status === 200) return body;
  if (isSignedOut(body) || (answer.status === 401 && scope === "session")) throw new MeterError("signed-out");
  const isRefusal = answer.status === 401 || answer.status === 403 || answer.status === 404;
  throw new MeterError(isRefusal && scope === "organisation" ? "no-plan" : "changed");
}

/**
 * Seconds or an HTTP date to milliseconds; undefined when absent, unreadable, zero or past:
 * claude.ai answered `Retry-After: 0` for days on end while it went on refusing (claude-code#30930).
 */
export function parseRetryAfter(value: string | null, nowMs: number): number | undefined {
  if (value === null) return undefined;
  const waitMs = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - nowMs;
  return waitMs > 0 ? Math.min(waitMs, MAX_RETRY_AFTER_MS) : undefined;
}

function isChallengePage(answer: Answer): boolean {
  if (!answer.contentType.includes("html")) return false;
  return answer.text.includes("Just a moment") || answer.text.includes("/cdn-cgi/challenge-platform");
}

function readJson(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new MeterError("changed", { cause: error });
  }
}

/** The code since 2026, and the exact words of the bodies before it had one. */
function isSignedOut(body: unknown): boolean {
  const read = errorSchema.safeParse(body);
  if (!read.success) return false;
  const { details, message } = read.data.error;
  return details?.error_code === "account_session_invalid" || (!details && message === "Invalid authorization");
}
