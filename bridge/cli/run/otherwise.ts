// What `run --else` starts at a limit, what it is told of that limit, and when money forbids it. Pure.
import { formatPercent } from "../../../shared/format.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { toIso } from "../../../shared/time.ts";
import { decideGate, decideMoney } from "../gate/decide-gate.ts";
import type { GateLimits } from "../gate/gate-options.ts";
import { toWindowName } from "../gate/watched.ts";
import { isForPerson, type Limit } from "../limit/limit.ts";
import type { RowReading } from "../row/read-row.ts";
import type { Command } from "./child.ts";

export type Otherwise = { command: Command; moneyMaxPercent: number | undefined };

/** Where --else finds the limit, as JSON: numbers, moments, ids and codes only. */
export const LIMIT_VARIABLE = "CLAUDE_METER_LIMIT";

export type Wall = {
  window: string | null;
  utilization: number | null;
  resets_at: string | null;
  /** over and forecast: said by the gate before the start. limit and needs-person: the command ran into it. */
  reason: "over" | "forecast" | "limit" | "needs-person";
};

/** Undefined while the gate does not say that the plan is over the limit: what is not known is no limit. */
export function findWall(reading: RowReading, limits: GateLimits, nowMs: number): Wall | undefined {
  const decision = decideGate(reading, limits, nowMs);
  if (decision.verdict !== "over") return undefined;
  const { window, utilization, resets_at, fullMs } = decision.binding;
  return {
    window: toWindowName(window),
    utilization,
    resets_at,
    reason: fullMs === undefined ? "over" : "forecast",
  };
}

export function toWall(limit: Limit, resetMs: number | undefined, reading: RowReading): Wall {
  const row = reading.kind === "row" ? reading.row : undefined;
  return {
    window: limit.window === null ? null : toWindowName(limit.window),
    utilization: row?.windows.find(({ id }) => id === limit.window)?.utilization ?? null,
    resets_at: resetMs === undefined ? null : toIso(resetMs),
    reason: isForPerson(limit) ? "needs-person" : "limit",
  };
}

/** In words, why money forbids it; undefined when it may start. */
export function findMoneyTrouble(reading: RowReading, maxPercent: number | undefined): string | undefined {
  if (maxPercent === undefined) return undefined;
  if (reading.kind !== "row") return "nothing is known of its money";
  const money = decideMoney(reading.row.money, maxPercent);
  if (money.kind === "unknown") return "how much of its money is spent is unknown";
  if (money.kind !== "over") return undefined;
  return money.percent === null ? "its money is used up" : `${formatPercent(money.percent)} % of its money is spent`;
}

/** "five_hour at 93 %, resets 14:20" */
export function formatWall({ window, utilization, resets_at }: Wall, nowMs: number): string {
  const reset = resets_at === null ? "" : `, resets ${formatLocalClock(Date.parse(resets_at), nowMs)}`;
  return `${window ?? "the plan"} at ${formatPercent(utilization)} %${reset}`;
}
