// What --money-max says about the paid usage of a row. Pure.
import type { Money } from "../../../shared/claude-ai/money.ts";

export type MoneyDecision = { kind: "under" | "unknown" | "unwatched" } | { kind: "over"; percent: number | null };

/** "unwatched": nothing can be spent here, so money says nothing about going on. */
export function decideMoney(money: Money | null, maxPercent: number | undefined): MoneyDecision {
  if (maxPercent === undefined || money === null) return { kind: "unwatched" };
  const percent = toMoneyPercent(money);
  if (money.out_of_credits) return { kind: "over", percent };
  if (!money.enabled) return { kind: "unwatched" };
  if (percent === null) return { kind: "unknown" };
  return percent < maxPercent ? { kind: "under" } : { kind: "over", percent };
}

/** Null when unknown: without a known limit the server says 0 % whatever was spent. */
export function toMoneyPercent({ used, limit, percent }: Money): number | null {
  if (used === 0) return 0;
  return percent === 0 && limit === null ? null : percent;
}
