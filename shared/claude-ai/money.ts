// Paid usage beyond the plan: one block, read from `spend` or else from `extra_usage`, never the sum of both.
import * as z from "zod/mini";
import { toCurrencyDigits } from "../currency.ts";
import { slugSchema } from "../wire-text.ts";

export const moneySchema = z.object({
  enabled: z.boolean(),
  /** In whole units of the currency; null when the server did not say. */
  used: z.nullable(z.number()),
  /** Null: no limit shown, or none set. */
  limit: z.nullable(z.number()),
  currency: z.nullable(z.string().check(z.regex(/^[A-Z]{3}$/))),
  /** 0-100 of the limit, can pass 100; null without a limit. */
  percent: z.nullable(z.number().check(z.gte(0))),
  out_of_credits: z.boolean(),
  disabled_reason: z.nullable(slugSchema),
});
export type Money = z.infer<typeof moneySchema>;

const amountSchema = z.looseObject({
  amount_minor: z.number(),
  currency: z.optional(z.nullable(z.string())),
  exponent: z.int().check(z.gte(0), z.lte(6)),
});

const spendSchema = z.looseObject({
  enabled: z.boolean(),
  used: z.nullable(amountSchema),
  limit: z.nullable(amountSchema),
  percent: z.optional(z.nullable(z.number())),
  disabled_reason: z.optional(z.nullable(z.string())),
});

const extraUsageSchema = z.looseObject({
  is_enabled: z.boolean(),
  monthly_limit: z.optional(z.nullable(z.number())),
  used_credits: z.optional(z.nullable(z.number())),
  utilization: z.optional(z.nullable(z.number())),
  currency: z.optional(z.nullable(z.string())),
  decimal_places: z.optional(z.nullable(z.int().check(z.gte(0), z.lte(6)))),
  disabled_reason: z.optional(z.nullable(z.string())),
});

/** Each block is read on its own: a bad `spend` falls back to `extra_usage`; `onBad` hears of every bad block. */
export function parseMoney(spend: unknown, extraUsage: unknown, onBad: (part: string) => void): Money | null {
  const fromSpend = readBlock(spendSchema, spend, "spend", onBad);
  const fromExtra = readBlock(extraUsageSchema, extraUsage, "extra_usage", onBad);
  if (fromSpend) return spendToMoney(fromSpend);
  return fromExtra ? extraUsageToMoney(fromExtra) : null;
}

function readBlock<T extends z.core.$ZodType>(
  schema: T,
  block: unknown,
  part: string,
  onBad: (part: string) => void,
): z.core.output<T> | undefined {
  if (block === null || block === undefined) return undefined;
  const read = z.safeParse(schema, block);
  if (!read.success) onBad(part);
  return read.data;
}

function spendToMoney(spend: z.infer<typeof spendSchema>): Money {
  return toMoney({
    enabled: spend.enabled,
    used: spend.used && toWhole(spend.used.amount_minor, spend.used.exponent),
    limit: spend.limit && toWhole(spend.limit.amount_minor, spend.limit.exponent),
    currency: toCurrency(spend.used?.currency ?? spend.limit?.currency),
    percent: spend.percent,
    disabledReason: spend.disabled_reason,
  });
}

function extraUsageToMoney(extra: z.infer<typeof extraUsageSchema>): Money {
  // Before 2026-07 the body had no decimal_places, before 2026-05 not even a currency.
  const currency = toCurrency(extra.currency);
  const exponent = extra.decimal_places ?? toCurrencyDigits(currency);
  return toMoney({
    enabled: extra.is_enabled,
    used: toWhole(extra.used_credits ?? null, exponent),
    limit: toWhole(extra.monthly_limit ?? null, exponent),
    currency,
    percent: extra.utilization,
    disabledReason: extra.disabled_reason,
  });
}

type Raw = {
  enabled: boolean;
  used: number | null;
  limit: number | null;
  currency: string | null;
  percent: number | null | undefined;
  disabledReason: string | null | undefined;
};

function toMoney(raw: Raw): Money {
  const reason = slugSchema.safeParse(raw.disabledReason);
  const said = raw.percent !== null && raw.percent !== undefined && raw.percent >= 0 ? raw.percent : null;
  const counted = raw.used !== null && raw.limit !== null && raw.limit > 0 ? (raw.used / raw.limit) * 100 : null;
  return {
    enabled: raw.enabled,
    used: raw.used,
    limit: raw.limit,
    currency: raw.currency,
    percent: said ?? (counted !== null && Number.isFinite(counted) ? Math.max(0, counted) : null),
    out_of_credits: raw.disabledReason === "out_of_credits",
    disabled_reason: reason.success ? reason.data : null,
  };
}

function toCurrency(code: string | null | undefined): string | null {
  return code && /^[A-Z]{3}$/.test(code) ? code : null;
}

function toWhole(minor: number | null, exponent: number): number | null {
  return minor === null ? null : minor / 10 ** exponent;
}
