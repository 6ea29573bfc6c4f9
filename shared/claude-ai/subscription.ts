// When a subscription renews or ends. Payment data is dropped here, at the edge: it never leaves the answer.
import * as z from "zod/mini";
import { parseServerTime } from "../time.ts";
import { isoSchema, slugSchema } from "../wire-text.ts";
import { MeterError } from "./meter-error.ts";

export const subscriptionSchema = z.object({
  /** Stays "active" while a plan is ending, so it never says whether the plan renews. */
  status: z.nullable(slugSchema),
  renews_at: z.nullable(isoSchema),
  ends_at: z.nullable(isoSchema),
  billing_interval: z.nullable(slugSchema),
});
export type Subscription = z.infer<typeof subscriptionSchema>;

const answerSchema = z.looseObject({
  status: z.optional(z.unknown()),
  next_charge_at: z.optional(z.unknown()),
  next_charge_date: z.optional(z.unknown()),
  plan_ending_at: z.optional(z.unknown()),
  plan_ending_before: z.optional(z.unknown()),
  billing_interval: z.optional(z.unknown()),
});

/** Throws MeterError "changed" when the answer is no object. */
export function parseSubscription(body: unknown): Subscription {
  const read = answerSchema.safeParse(body);
  if (!read.success) throw new MeterError("changed", { cause: read.error });
  const answer = read.data;
  const endsAt = parseServerTime(answer.plan_ending_at) ?? parseDay(answer.plan_ending_before);
  return {
    status: slugSchema.safeParse(answer.status).data ?? null,
    renews_at: endsAt ? null : (parseServerTime(answer.next_charge_at) ?? parseDay(answer.next_charge_date)),
    ends_at: endsAt,
    billing_interval: slugSchema.safeParse(answer.billing_interval).data ?? null,
  };
}

/** A date without a time of day is taken as the start of that day in UTC. */
function parseDay(value: unknown): string | null {
  return typeof value === "string" && /^\d{4}-\d{2}-\d{2}$/.test(value)
    ? (parseServerTime(`${value}T00:00:00Z`) ?? null)
    : null;
}
