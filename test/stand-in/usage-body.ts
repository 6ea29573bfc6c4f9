// The usage body as claude.ai sent it in each era, generated from the small state of an organisation.
import type { MoneyState, PoolState, StandInOrganisation, UsageState, WindowState } from "./stand-in-account.ts";

const WEEK_MS = 7 * 86_400_000;
const DISCLAIMER = "Usage credits cover you when you hit your plan limits. [Learn more](https://support.claude.com/)";
const NULL_KEYS_2026_10 = [
  ...["seven_day_oauth_apps", "seven_day_opus", "seven_day_sonnet", "seven_day_cowork", "seven_day_omelette"],
  ...["tangelo", "iguana_necktie", "omelette_promotional", "cinder_cove", "copper_kite", "brass_thimble"],
  ...["harbor_lantern", "wattle_ember", "amber_ladder", "amber_cistern", "juniper_tide", "cedar_ember", "amber_gauge"],
];
const NO_DOLLARS = { limit_dollars: null, used_dollars: null, remaining_dollars: null, locked_reason: null };

export function toUsageBody({ kind, era, usage }: StandInOrganisation, nowMs: number): Record<string, unknown> {
  const { five_hour, seven_day, money } = usage;
  const window = (state: WindowState | null) => state && toWindow(state, nowMs);
  const withDollars = (state: WindowState | null) => state && { ...toWindow(state, nowMs), ...NO_DOLLARS };
  const early = {
    five_hour: window(five_hour),
    seven_day: window(seven_day),
    seven_day_opus: window(toModelWindow(usage, "Opus")),
    seven_day_sonnet: window(toModelWindow(usage, "Sonnet")),
    seven_day_oauth_apps: null,
    iguana_necktie: null,
    extra_usage: money && toEarlyExtraUsage(money),
  };
  switch (era) {
    case "2025":
      return early;
    case "2026-05":
      return {
        ...early,
        ...toNulls(["seven_day_cowork", "tangelo", "omelette_promotional"]),
        seven_day_omelette: five_hour && { utilization: 0, resets_at: null },
        extra_usage: money && { ...toEarlyExtraUsage(money), currency: toShownCurrency(money) },
      };
    case "2026-10":
      return {
        five_hour: withDollars(five_hour),
        seven_day: withDollars(seven_day),
        ...toNulls(NULL_KEYS_2026_10),
        nimbus_quill: kind === "free" ? null : { utilization: 0, resets_at: null, ...NO_DOLLARS },
        ...toPools(usage, nowMs),
        extra_usage: money && toExtraUsage(money),
        limits: toLimits(usage, nowMs),
        spend: money && toSpend(money, kind === "team" || kind === "enterprise"),
        member_dashboard_available: kind === "enterprise",
        seven_day_breakdown: toBreakdown(seven_day, nowMs),
        weekly_scoped_shares: toScopedShares(usage),
      };
  }
}

function toNulls(keys: readonly string[]): Record<string, null> {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

function toWindow(window: WindowState, nowMs: number) {
  return { utilization: roundTo2(window.utilization), resets_at: toServerTime(window.resets_at, nowMs) };
}

/** Before limits[], a model's quota was a top-level window. */
function toModelWindow(usage: UsageState, model: string): WindowState | null {
  const scoped = usage.scoped.find((entry) => entry.model === model);
  return scoped ? { utilization: scoped.percent, resets_at: scoped.resets_at } : null;
}

function toPools({ pools }: UsageState, nowMs: number): Record<string, unknown> {
  const toPool = ({ usedDollars, limitDollars, resets_at }: PoolState) => ({
    utilization: roundTo2(Math.min(100, (usedDollars / limitDollars) * 100)),
    resets_at: toServerTime(resets_at, nowMs),
    limit_dollars: limitDollars,
    used_dollars: usedDollars,
    remaining_dollars: roundTo2(Math.max(0, limitDollars - usedDollars)),
    locked_reason: null,
  });
  return Object.fromEntries(pools.map((pool) => [pool.key, toPool(pool)]));
}

function toLimits({ five_hour, seven_day, scoped }: UsageState, nowMs: number) {
  const toMeter = (kind: string, window: WindowState | null) =>
    window ? [{ kind, model: "", percent: window.utilization, resets_at: window.resets_at }] : [];
  const meters = [
    ...toMeter("session", five_hour),
    ...toMeter("weekly_all", seven_day),
    ...scoped.map((entry) => ({ kind: "weekly_scoped", ...entry })),
  ];
  const tightest = Math.max(...meters.map((meter) => meter.percent));
  const headline = meters.findIndex((meter) => meter.percent === tightest);
  return meters.map(({ kind, model, percent, resets_at }, index) => ({
    kind,
    group: kind === "session" ? "session" : "weekly",
    percent: Math.round(percent),
    severity: toSeverity(percent),
    resets_at: toServerTime(resets_at, nowMs),
    scope: model ? { model: { id: null, display_name: model }, surface: null } : null,
    is_active: index === headline,
  }));
}

/** The thresholds are unpublished; these agree with every capture. */
function toSeverity(percent: number): string {
  return percent >= 95 ? "critical" : percent >= 75 ? "warning" : "normal";
}

function toEarlyExtraUsage(money: MoneyState) {
  return {
    is_enabled: money.enabled,
    monthly_limit: money.limitMinor,
    used_credits: isNeverUsed(money) ? null : Math.round(money.usedMinor),
    utilization: toMoneyPercent(money),
  };
}

function toExtraUsage(money: MoneyState) {
  return {
    ...toEarlyExtraUsage(money),
    currency: toShownCurrency(money),
    decimal_places: isNeverUsed(money) ? null : money.exponent,
    disabled_reason: money.disabledReason,
    user_disabled: !money.enabled && money.disabledReason === null,
    spend_limit_reached: money.limitMinor !== null && money.usedMinor >= money.limitMinor,
    credits_ever_enabled: !isNeverUsed(money),
    daily: null,
    weekly: null,
  };
}

function toSpend(money: MoneyState, isOrganisationWide: boolean) {
  const { limitMinor, currency, exponent } = money;
  const limit = limitMinor === null ? null : { amount_minor: limitMinor, currency, exponent };
  const percent = Math.round(toMoneyPercent(money) ?? 0);
  const credits = limitMinor === null ? null : { amount_minor: limitMinor, exponent };
  return {
    used: { amount_minor: Math.round(money.usedMinor), currency, exponent },
    limit,
    percent,
    severity: toSeverity(percent),
    enabled: money.enabled,
    disabled_reason: money.disabledReason,
    cap: limit && (isOrganisationWide ? { money: null, credits } : { money: limit, credits: null }),
    balance: null,
    auto_reload: null,
    disclaimer: DISCLAIMER,
    can_purchase_credits: false,
    can_toggle: false,
  };
}

function isNeverUsed(money: MoneyState): boolean {
  return !money.enabled && money.limitMinor === null && money.usedMinor === 0;
}

/** `spend` names a currency even when nothing was ever spent; `extra_usage` does not. */
function toShownCurrency(money: MoneyState): string | null {
  return isNeverUsed(money) ? null : money.currency;
}

function toMoneyPercent({ usedMinor, limitMinor }: MoneyState): number | null {
  return limitMinor ? Math.min(100, (usedMinor / limitMinor) * 100) : null;
}

function toBreakdown(week: WindowState | null, nowMs: number) {
  if (!week?.resets_at) return null;
  const startedAt = new Date(Date.parse(week.resets_at) - WEEK_MS).toISOString();
  return {
    as_of: toServerTime(new Date(nowMs).toISOString(), nowMs),
    window_started_at: toServerTime(startedAt, nowMs),
    rows: [
      { key: "claude_code", display_name: "Claude Code", percent: 88 },
      { key: "chat", display_name: "Chats", percent: 9 },
      { key: "cowork", display_name: "Cowork", percent: 3 },
      { key: "other", display_name: "Other", percent: 0 },
    ],
  };
}

function toScopedShares({ five_hour, seven_day, scoped }: UsageState) {
  const before = (five_hour ? 1 : 0) + (seven_day ? 1 : 0);
  const shares = scoped.map(({ percent }, index) => ({
    limit_index: before + index,
    allowance_percent_of_weekly: 50,
    used_percent_of_weekly: Math.round(percent / 2),
  }));
  return shares.length > 0 ? shares : null;
}

/** Microseconds and +00:00; as on claude.ai the last digits differ from answer to answer. */
function toServerTime(iso: string | null, nowMs: number): string | null {
  if (iso === null) return null;
  const lastDigits = String(Math.trunc(nowMs) % 1000).padStart(3, "0");
  return new Date(iso).toISOString().replace("Z", `${lastDigits}+00:00`);
}

function roundTo2(value: number): number {
  return Math.round(value * 100) / 100;
}
