// The overage spend limit of an organisation: only what a meter shows, in whole units of the currency.
import * as z from "zod/mini";
import { toCurrencyDigits } from "../currency.ts";
import { parseServerTime } from "../time.ts";
import { isoSchema, slugSchema } from "../wire-text.ts";
import { MeterError } from "./meter-error.ts";

export const overageSchema = z.object({
  enabled: z.boolean(),
  used: z.nullable(z.number()),
  /** Null: no limit set. */
  limit: z.nullable(z.number()),
  currency: z.nullable(z.string().check(z.regex(/^[A-Z]{3}$/))),
  out_of_credits: z.boolean(),
  disabled_reason: z.nullable(slugSchema),
  /** May lie in the past: the server leaves it there. */
  disabled_until: z.nullable(isoSchema),
});
export type Overage = z.infer<typeof overageSchema>;

const text = z.catch(z.nullish(z.string()), null);
const number = z.catch(z.nullish(z.number()), null);
const answerSchema = z.looseObject({
  is_enabled: z.boolean(),
  monthly_credit_limit: number,
  used_credits: number,
  currency: text,
  out_of_credits: z.catch(z.nullish(z.boolean()), null),
  disabled_reason: text,
  disabled_until: z.optional(z.unknown()),
});

/** Throws MeterError "changed" when the answer is not an overage block. */
export function parseOverage(body: unknown): Overage {
  const read = answerSchema.safeParse(body);
  if (!read.success) throw new MeterError("changed", { cause: read.error });
  const answer = read.data;
  const currency = answer.currency && /^[A-Z]{3}$/.test(answer.currency) ? answer.currency : null;
  // This endpoint sends minor units without an exponent.
  const exponent = toCurrencyDigits(currency);
  const toWhole = (minor: number | null | undefined) => (typeof minor === "number" ? minor / 10 ** exponent : null);
  return {
    enabled: answer.is_enabled,
    used: toWhole(answer.used_credits),
    limit: toWhole(answer.monthly_credit_limit),
    currency,
    out_of_credits: answer.out_of_credits === true,
    disabled_reason: slugSchema.safeParse(answer.disabled_reason).data ?? null,
    disabled_until: parseServerTime(answer.disabled_until) ?? null,
  };
}
