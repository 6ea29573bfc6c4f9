// When each part may be asked again: each account and organisation has lanes of its own, and what fails in one costs
// nothing in the others. Pure.
import * as z from "zod/mini";
import { type MeterError, meterErrorCodeSchema } from "../shared/claude-ai/meter-error.ts";
import { MAX_RETRY_AFTER_MS, toBackoffMs } from "./backoff.ts";
import { isWaiting } from "./wait.ts";

export type Part = "account" | "usage" | "overage" | "subscription";

const laneSchema = z.object({
  /** When the part was asked, and the earliest moment of the next question: epoch milliseconds. */
  from: z.number(),
  until: z.number(),
  /** In a row, and the code of the last; 0 and null when it answered. */
  failures: z.int(),
  code: z.nullable(meterErrorCodeSchema),
});
type Lane = z.infer<typeof laneSchema>;

export const lanesSchema = z.catchall(z.object({}), laneSchema);
export type Lanes = Readonly<Record<string, Lane>>;

const MINUTE_MS = 60_000;
/** What changes rarely is asked rarely; what stands at 0 at each look. */
const PERIOD_MS = {
  account: 0,
  usage: 0,
  overage: 5 * MINUTE_MS,
  subscription: 15 * MINUTE_MS,
} as const satisfies Record<Part, number>;
/** A look comes a little early or late. */
const TOLERANCE_MS = MINUTE_MS / 2;
/** An organisation without overage answers 403 or 404; it may get some, but not each minute. */
const NOT_AVAILABLE_MS = 60 * MINUTE_MS;
/** An organisation without plan usage (API console, or one you left). Refresh asks it at once. */
const NO_PLAN_MS = 6 * 60 * MINUTE_MS;
const MAX_WAIT_MS = 1.2 * Math.max(NO_PLAN_MS, MAX_RETRY_AFTER_MS);

/** The account's lane has no organisation. */
export function toLaneName(part: Part, accountUuid: string | null = null, orgUuid = ""): string {
  return `${part} ${accountUuid ?? "?"} ${orgUuid}`;
}

export function isOpen(lanes: Lanes, name: string, nowMs: number): boolean {
  const lane = lanes[name];
  return lane === undefined || !isWaiting({ fromMs: lane.from, untilMs: lane.until }, MAX_WAIT_MS, nowMs);
}

/** For somebody who asks now: what rests is asked, but a server that asked for a pause is not. */
export function keepServersPauses(lanes: Lanes): Lanes {
  return Object.fromEntries(Object.entries(lanes).filter(([, { code }]) => code === "rate-limited"));
}

/** After an answer, or a failure. */
export function toLane(
  { part, before, error }: { part: Part; before: Lane | undefined; error: MeterError | undefined },
  nowMs: number,
  random: number,
): Lane {
  if (!error) return { from: nowMs, until: nowMs + PERIOD_MS[part] - TOLERANCE_MS, failures: 0, code: null };
  const failures = before?.code === error.code ? before.failures + 1 : 1;
  return { from: nowMs, until: nowMs + toPauseMs(error, failures, random), failures, code: error.code };
}

function toPauseMs({ code, retryAfterMs }: MeterError, failures: number, random: number): number {
  switch (code) {
    case "no-plan":
      return NO_PLAN_MS;
    case "not-available":
      return NOT_AVAILABLE_MS;
    default:
      return toBackoffMs({ state: code, failures, retryAfterMs }, random);
  }
}

/** Without those whose wait is over and that counted nothing. */
export function dropOver(lanes: Lanes, nowMs: number): Lanes {
  return Object.fromEntries(
    Object.entries(lanes).filter(
      ([, { until, failures }]) => until > nowMs || (failures > 0 && nowMs - until < NO_PLAN_MS),
    ),
  );
}
