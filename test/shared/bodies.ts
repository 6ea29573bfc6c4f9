// The project's own usage bodies: one small function for each account kind and era, all numbers invented.
import type { JsonObject } from "../../shared/json.ts";

export const SESSION_RESET = "2026-11-20T12:00:00.482019+00:00";
export const WEEKLY_RESET = "2026-11-24T07:00:00.482041+00:00";
export const POOL_EXPIRY = "2026-12-05T07:59:00+00:00";

/** The same moments in the form that we write. */
export const SESSION_RESET_ISO = "2026-11-20T12:00:00.482Z";
export const WEEKLY_RESET_ISO = "2026-11-24T07:00:00.482Z";
export const POOL_EXPIRY_ISO = "2026-12-05T07:59:00.000Z";

/** Every codename that was a key of a late-2026 body. */
const CODENAMES = [
  "tangelo iguana_necktie omelette_promotional nimbus_quill cinder_cove copper_kite brass_thimble harbor_lantern",
  "wattle_ember amber_ladder amber_cistern juniper_tide cedar_ember amber_gauge",
].flatMap((line) => line.split(" "));

const SCOPED_WINDOWS = [
  "seven_day_oauth_apps",
  "seven_day_opus",
  "seven_day_sonnet",
  "seven_day_cowork",
  "seven_day_omelette",
];

export function createWindow(utilization: unknown, resetsAt: unknown = SESSION_RESET): JsonObject {
  return { utilization, resets_at: resetsAt };
}

/** A window as it is since 2026-07: with dollar fields, empty where the window is no pool. */
export function createLateWindow(utilization: unknown, resetsAt: unknown = SESSION_RESET): JsonObject {
  const dollars = { limit_dollars: null, used_dollars: null, remaining_dollars: null };
  return { ...createWindow(utilization, resetsAt), ...dollars, locked_reason: null };
}

export function createPool(used: number, limit: number, utilization: number = (used / limit) * 100): JsonObject {
  const dollars = { limit_dollars: limit, used_dollars: used, remaining_dollars: Math.max(0, limit - used) };
  return { ...createLateWindow(utilization, POOL_EXPIRY), ...dollars };
}

export function createLimit(kind: string, percent: unknown, more: JsonObject = {}): JsonObject {
  const isSession = kind === "session";
  return {
    kind,
    group: isSession ? "session" : "weekly",
    percent,
    severity: "normal",
    resets_at: isSession ? SESSION_RESET : WEEKLY_RESET,
    scope: null,
    is_active: false,
    ...more,
  };
}

export function createModelLimit(model: JsonObject, percent: unknown, more: JsonObject = {}): JsonObject {
  return createLimit("weekly_scoped", percent, { scope: { model: { id: null, ...model }, surface: null }, ...more });
}

export function createSurfaceLimit(surface: string, percent: unknown, more: JsonObject = {}): JsonObject {
  return createLimit("weekly_scoped", percent, { scope: { model: null, surface: { display_name: surface } }, ...more });
}

type Paid = { enabled: boolean; used: number; limit: number | null; currency?: string; exponent?: number };

export function createSpend(paid: Paid, more: JsonObject = {}): JsonObject {
  const { enabled, used, limit, currency = "USD", exponent = 2 } = paid;
  const toAmount = (minor: number) => ({ amount_minor: minor, currency, exponent });
  return {
    used: toAmount(used),
    limit: limit === null ? null : toAmount(limit),
    percent: limit ? Math.round((used / limit) * 100) : 0,
    severity: "normal",
    enabled,
    disabled_reason: null,
    cap: null,
    balance: null,
    auto_reload: null,
    disclaimer: "Invented words with a [link](https://example.com).",
    can_purchase_credits: false,
    can_toggle: false,
    ...more,
  };
}

export function createExtraUsage(paid: Paid, more: JsonObject = {}): JsonObject {
  const { enabled, used, limit, currency = "USD", exponent = 2 } = paid;
  return {
    is_enabled: enabled,
    monthly_limit: limit,
    used_credits: used,
    utilization: limit ? (used / limit) * 100 : null,
    currency,
    decimal_places: exponent,
    disabled_reason: null,
    user_disabled: false,
    spend_limit_reached: false,
    credits_ever_enabled: true,
    daily: null,
    weekly: null,
    ...more,
  };
}

/** The money of one account in both blocks, as every body since 2026-07 has it. */
function createBothBlocks(paid: Paid, more: JsonObject = {}): JsonObject {
  return { extra_usage: createExtraUsage(paid, more), spend: createSpend(paid, more) };
}

const NO_EXTRA_USAGE: Paid = { enabled: false, used: 0, limit: null };

function createNulls(keys: readonly string[]): JsonObject {
  return Object.fromEntries(keys.map((key) => [key, null]));
}

/** Mid-2025, Pro: four keys, no money, floats. */
export function create2025Body(): JsonObject {
  return {
    five_hour: createWindow(6.0),
    seven_day: createWindow(35.0, WEEKLY_RESET),
    seven_day_oauth_apps: createWindow(0.0, null),
    seven_day_opus: createWindow(12.0, WEEKLY_RESET),
  };
}

/** May 2026, Max: eleven keys, still without `limits`. */
export function createMay2026Body(): JsonObject {
  return {
    ...createNulls(SCOPED_WINDOWS),
    ...createNulls(["tangelo", "iguana_necktie", "omelette_promotional"]),
    five_hour: createWindow(17),
    seven_day: createWindow(44, WEEKLY_RESET),
    seven_day_sonnet: createWindow(9, WEEKLY_RESET),
    seven_day_omelette: createWindow(0, null),
    extra_usage: { is_enabled: false, monthly_limit: null, used_credits: null, utilization: null, currency: null },
  };
}

/** Late 2026, Max: every key known, a Fable row, a dollar pool, a placeholder, a breakdown. */
export function createLate2026Body(more: JsonObject = {}): JsonObject {
  return {
    ...createNulls(SCOPED_WINDOWS),
    ...createNulls(CODENAMES),
    five_hour: createLateWindow(30.0),
    seven_day: createLateWindow(60.0, WEEKLY_RESET),
    iguana_necktie: createPool(57.5, 250),
    nimbus_quill: createLateWindow(0.0, null),
    ...createBothBlocks({ enabled: true, used: 1250, limit: 5000 }),
    limits: [
      createLimit("session", 30),
      createLimit("weekly_all", 60),
      createModelLimit({ display_name: "Fable" }, 86, { severity: "warning", is_active: true }),
    ],
    seven_day_breakdown: createBreakdown("Other"),
    weekly_scoped_shares: [{ limit_index: 2, allowance_percent_of_weekly: 50, used_percent_of_weekly: 43 }],
    member_dashboard_available: false,
    ...more,
  };
}

function createBreakdown(wordForOther: string): JsonObject {
  return {
    as_of: "2026-11-20T09:00:00.000000+00:00",
    window_started_at: "2026-11-17T07:00:00.000000+00:00",
    rows: [
      { key: "claude_code", display_name: "Claude Code", percent: 91 },
      { key: "other", display_name: wordForOther, percent: 9 },
    ],
  };
}

/** A Team seat: only `limits`, its rows without severity and headline, no model row. */
export function createTeamBody(): JsonObject {
  const toBareRow = (kind: string, percent: number, resetsAt: string) => ({
    kind,
    group: "any",
    percent,
    resets_at: resetsAt,
    scope: null,
  });
  return {
    limits: [
      toBareRow("session", 26, "2026-11-20T12:00:00+00:00"),
      toBareRow("weekly_all", 9, "2026-11-24T07:00:00+00:00"),
    ],
  };
}

/** An Enterprise seat: no plan windows, only money. */
export function createEnterpriseBody(more: JsonObject = {}): JsonObject {
  return {
    five_hour: null,
    seven_day: null,
    ...createNulls(SCOPED_WINDOWS),
    ...createNulls(CODENAMES),
    nimbus_quill: createLateWindow(0.0, null),
    ...createBothBlocks({ enabled: true, used: 279, limit: 20000 }),
    limits: [],
    member_dashboard_available: true,
    ...more,
  };
}

/** An Enterprise seat whose included dollars are gone: work goes on, on extra usage. */
export function createExhaustedPoolBody(): JsonObject {
  return createEnterpriseBody({
    cinder_cove: createPool(1000, 1000),
    ...createBothBlocks({ enabled: true, used: 6123, limit: 20000 }),
  });
}

/** Free: everything is there, and null. */
export function createFreeBody(): JsonObject {
  return {
    five_hour: null,
    seven_day: null,
    ...createNulls(SCOPED_WINDOWS),
    ...createNulls(CODENAMES),
    extra_usage: null,
    spend: null,
    limits: [],
    seven_day_breakdown: null,
    weekly_scoped_shares: null,
    member_dashboard_available: false,
  };
}

export function createUnlimitedEuroBody(): JsonObject {
  return createLate2026Body(createBothBlocks({ enabled: true, used: 730, limit: null, currency: "EUR" }));
}

export function createYenBody(): JsonObject {
  return createLate2026Body(createBothBlocks({ enabled: true, used: 1500, limit: 6000, currency: "JPY", exponent: 0 }));
}

export function createOutOfCreditsBody(): JsonObject {
  const paid = { enabled: false, used: 2382, limit: 2400 };
  return createLate2026Body(createBothBlocks(paid, { disabled_reason: "out_of_credits" }));
}

/** Two one-time pools (one untouched, one overspent), an idle session, a full week. */
export function createOneTimePoolsBody(): JsonObject {
  return {
    five_hour: createWindow(0, null),
    seven_day: createWindow(100, WEEKLY_RESET),
    iguana_necktie: createPool(0, 250),
    amber_ladder: createPool(2501.37, 2500, 100),
    nimbus_quill: null,
    ...createBothBlocks(NO_EXTRA_USAGE),
  };
}

export function createUnknownKindBody(): JsonObject {
  return createLate2026Body({
    limits: [createLimit("session", 30), createLimit("weekly_all", 60), createLimit("monthly_all", 71)],
  });
}

export function createUnknownModelBody(): JsonObject {
  return createLate2026Body({
    limits: [
      createLimit("session", 30),
      createLimit("weekly_all", 60),
      createModelLimit({ display_name: "Fable" }, 86),
      createModelLimit({ display_name: "Saga 7.5 (preview)" }, 12),
      createModelLimit({ id: "claude-haiku-9" }, 3),
    ],
  });
}

export function createSurfaceBody(): JsonObject {
  return createLate2026Body({
    limits: [createLimit("session", 30), createLimit("weekly_all", 60), createSurfaceLimit("Cowork", 52)],
  });
}

/** Names as an account in another language gets them. */
export function createLocalisedBody(): JsonObject {
  return createLate2026Body({
    limits: [
      createLimit("session", 30),
      createLimit("weekly_all", 60),
      createModelLimit({ display_name: "寓話" }, 41),
      createModelLimit({ display_name: "Fábula" }, 42),
    ],
    seven_day_breakdown: createBreakdown("Otros"),
  });
}

/** Each body once, for what must hold of all of them. */
export const everyBody = [
  { name: "2025, four keys", body: create2025Body() },
  { name: "May 2026, eleven keys", body: createMay2026Body() },
  { name: "late 2026, all keys", body: createLate2026Body() },
  { name: "Team", body: createTeamBody() },
  { name: "Enterprise", body: createEnterpriseBody() },
  { name: "Enterprise, pool exhausted", body: createExhaustedPoolBody() },
  { name: "Free", body: createFreeBody() },
  { name: "unlimited extra usage in EUR", body: createUnlimitedEuroBody() },
  { name: "extra usage in JPY", body: createYenBody() },
  { name: "out of credits", body: createOutOfCreditsBody() },
  { name: "one-time pools", body: createOneTimePoolsBody() },
  { name: "unknown kind", body: createUnknownKindBody() },
  { name: "unknown models", body: createUnknownModelBody() },
  { name: "surface scope", body: createSurfaceBody() },
  { name: "localised names", body: createLocalisedBody() },
];
