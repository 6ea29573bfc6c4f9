// When to ask each part of an organisation again: usage and money each minute, what rarely changes more rarely.
import type { MeterErrorCode } from "../shared/claude-ai/meter-error.ts";

/** Per part the earliest moment (epoch milliseconds) of the next question. */
export type Lane = { usage?: number | undefined; overage?: number | undefined; subscription?: number | undefined };
export type Lanes = Record<string, Lane>;

const MINUTE_MS = 60_000;
const SUBSCRIPTION_MS = 15 * MINUTE_MS;
/** An organisation without overage answers 403 or 404; it may get some, but not each minute. */
const NOT_AVAILABLE_MS = 60 * MINUTE_MS;
/** An organisation without plan usage (API console, or one you left). Refresh asks it at once. */
const NO_PLAN_MS = 6 * 60 * MINUTE_MS;

/** When each part was asked, and the code of its failure. */
export type Asked = Partial<Record<keyof Lane, { atMs: number; code: MeterErrorCode | undefined }>>;

export function toLane(lane: Lane, { usage, overage, subscription }: Asked): Lane {
  const next: Lane = { ...lane };
  if (usage?.code === "no-plan") next.usage = usage.atMs + NO_PLAN_MS;
  if (overage?.code === "not-available") next.overage = overage.atMs + NOT_AVAILABLE_MS;
  if (subscription) {
    const isMissing = subscription.code === "not-available";
    next.subscription = subscription.atMs + (isMissing ? NOT_AVAILABLE_MS : SUBSCRIPTION_MS);
  }
  return next;
}
