// Whether a row lets work go on: every state of a row, window and limit once.
import { describe, expect, test } from "vitest";
import { decideGate, type GateDecision, toTrustedResetMs } from "../../../../bridge/cli/gate/decide-gate.ts";
import { parseUsageBody } from "../../../../shared/claude-ai/usage-body.ts";
import * as bodies from "../../../shared/bodies.ts";
import { at, createReading, createRow, DAY, HOUR, MINUTE, now, type RowParts, SECOND } from "../rows.ts";
import { createOptions } from "./options.ts";

type Window = NonNullable<RowParts["windows"]>[number];

const session = (utilization: number | null, more: Window = {}): Window => ({ id: "five_hour", utilization, ...more });
const week = (utilization: number | null, more: Window = {}): Window => ({ id: "seven_day", utilization, ...more });
const opus = (utilization: number): Window => ({ id: "scoped:opus", model: "Opus", scope: "model", utilization });
const design = (utilization: number): Window => ({ id: "seven_day_omelette", scope: "surface", utilization });
const pool = (utilization: number): Window => ({ id: "pool:iguana_necktie", scope: "pool", utilization });

function say(decision: GateDecision): string {
  switch (decision.verdict) {
    case "go":
      return "go";
    case "over":
      return `over ${decision.binding.window}`;
    case "doubt":
      return `doubt ${decision.reason}${decision.window === null ? "" : ` ${decision.window}`}`;
  }
}

describe("one window against the limit", () => {
  test.each([
    [0, 90, "go"],
    [1, 1, "over five_hour"],
    [1, 90, "go"],
    [89.9, 90, "go"],
    [90, 90, "over five_hour"],
    [90.1, 90, "over five_hour"],
    [100, 90, "over five_hour"],
    [103, 100, "over five_hour"],
    [99.9, 100, "go"],
    [1000, 1000, "over five_hour"],
  ])("%d % with --max %d: %s", (utilization, maxPercent, said) => {
    const reading = createReading({ windows: [session(utilization)] });
    expect(say(decideGate(reading, createOptions({ maxPercent }), now))).toBe(said);
  });
});

describe("which windows are watched", () => {
  const windows = [session(10), week(20), opus(95), design(96), pool(97)];
  test.each([
    { name: "the account-wide ones", options: {}, said: "go" },
    { name: "not another model's", options: { model: "sonnet" }, said: "go" },
    { name: "the model's too", options: { model: "Opus" }, said: "over scoped:opus" },
    { name: "the model's by a long name", options: { model: "claude-opus-4-8" }, said: "over scoped:opus" },
    { name: "exactly those named", options: { windows: ["five_hour"] }, said: "go" },
    {
      name: "a surface when it is named",
      options: { windows: ["seven_day_omelette"] },
      said: "over seven_day_omelette",
    },
    {
      name: "those named and the model's",
      options: { windows: ["five_hour"], model: "opus" },
      said: "over scoped:opus",
    },
    { name: "not one that is not there", options: { windows: ["five_hour", "x"] }, said: "doubt unknown-window x" },
    {
      name: "a full one before one that is not there",
      options: { windows: ["scoped:opus", "x"] },
      said: "over scoped:opus",
    },
    { name: "never a pool", options: { windows: ["five_hour"], model: "iguana" }, said: "go" },
    { name: "never a pool, even by its id", options: { windows: ["pool:iguana_necktie"] }, said: "doubt no-windows" },
  ])("$name", ({ options, said }) => {
    expect(say(decideGate(createReading({ windows }), createOptions(options), now))).toBe(said);
  });

  test("a new account-wide window of the server is watched without a word", () => {
    const reading = createReading({ windows: [session(10), { id: "monthly_all", utilization: 91 }] });
    expect(say(decideGate(reading, createOptions(), now))).toBe("over monthly_all");
  });
});

describe("an unknown value is doubt", () => {
  test.each([
    { name: "unknown", windows: [session(null)], said: "doubt unknown-value five_hour" },
    { name: "reset passed", windows: [session(42, { resets_at: at(-1) })], said: "doubt rolled five_hour" },
    { name: "one of two", windows: [session(10), week(null)], said: "doubt unknown-value seven_day" },
    { name: "beside a full one the full one counts", windows: [session(null), week(95)], said: "over seven_day" },
    { name: "not started is 0 %", windows: [session(0, { resets_at: null })], said: "go" },
    { name: "counting without a reset is a number", windows: [session(42, { resets_at: null })], said: "go" },
    {
      name: "of a window nobody watches it is nothing",
      windows: [session(10), { ...opus(0), utilization: null }],
      said: "go",
    },
  ])("$name: $said", ({ windows, said }) => {
    expect(say(decideGate(createReading({ windows }), createOptions(), now))).toBe(said);
  });
});

describe("an old row is doubt, whatever it says", () => {
  test.each([
    { ageMs: 0, options: {}, said: "go" },
    { ageMs: 150 * SECOND, options: {}, said: "go" },
    { ageMs: 10 * MINUTE, options: {}, said: "go" },
    { ageMs: 10 * MINUTE + 1, options: {}, said: "doubt stale" },
    { ageMs: 13 * DAY, options: {}, said: "doubt stale" },
    { ageMs: 61 * SECOND, options: { maxAgeMs: MINUTE }, said: "doubt stale" },
    { ageMs: HOUR, options: { maxAgeMs: HOUR }, said: "go" },
    { ageMs: -2 * MINUTE, options: {}, said: "go" },
    { ageMs: -2 * MINUTE - 1, options: {}, said: "doubt future-dated" },
    { ageMs: -365 * DAY, options: { maxAgeMs: 365 * DAY }, said: "doubt future-dated" },
  ])("$ageMs ms with $options: $said", ({ ageMs, options, said }) => {
    const reading = createReading({ ageMs, windows: [session(42)] });
    expect(say(decideGate(reading, createOptions(options), now))).toBe(said);
  });

  test("a stale row that was full is doubt too, not a limit", () => {
    const reading = createReading({ ageMs: HOUR, windows: [session(97)] });
    expect(say(decideGate(reading, createOptions(), now))).toBe("doubt stale");
  });
});

describe("no row is doubt", () => {
  const rows = [createRow(), createRow()];
  test.each([
    { reading: { kind: "no-data" as const, installs: [] }, said: "doubt no-data" },
    { reading: { kind: "damaged" as const, installs: [] }, said: "doubt damaged" },
    { reading: { kind: "ambiguous-account" as const, rows, installs: [] }, said: "doubt ambiguous-account" },
    { reading: { kind: "unknown-account" as const, rows, installs: [] }, said: "doubt unknown-account" },
  ])("$reading.kind", ({ reading, said }) => {
    expect(say(decideGate(reading, createOptions(), now))).toBe(said);
  });
});

describe("a window that nobody could read is doubt", () => {
  const both = [session(10), week(20)];
  test.each([
    {
      name: "the session",
      errors: ["five_hour: bad-shape"],
      windows: [week(20)],
      options: {},
      said: "doubt unreadable five_hour",
    },
    {
      name: "the session, when only the week is meant",
      errors: ["five_hour: bad-shape"],
      windows: [week(20)],
      options: { windows: ["seven_day"] },
      said: "go",
    },
    {
      name: "a limit, while both plan windows are there",
      errors: ["limits:2: bad-shape"],
      windows: both,
      options: {},
      said: "go",
    },
    {
      name: "a limit, when it could be the model's",
      errors: ["limits:2: bad-shape"],
      windows: both,
      options: { model: "opus" },
      said: "doubt unreadable limits",
    },
    {
      name: "a limit, while a plan window is missing",
      errors: ["limits:0: bad-shape"],
      windows: [week(20)],
      options: {},
      said: "doubt unreadable limits",
    },
    {
      name: "all limits",
      errors: ["limits: bad-shape"],
      windows: [week(20)],
      options: {},
      said: "doubt unreadable limits",
    },
    {
      name: "another part",
      errors: ["overage: bad-shape", "subscription: changed"],
      windows: both,
      options: {},
      said: "go",
    },
    { name: "a surface's window", errors: ["seven_day_cowork: bad-shape"], windows: both, options: {}, said: "go" },
    { name: "a window that was there twice", errors: ["five_hour: duplicate"], windows: both, options: {}, said: "go" },
  ])("$name: $said", ({ errors, windows, options, said }) => {
    expect(say(decideGate(createReading({ errors, windows }), createOptions(options), now))).toBe(said);
  });
});

describe("a forecast", () => {
  const forecast = (fullInMs: number | null) => ({
    percent_per_hour: 30,
    percent_at_reset: fullInMs === null ? 60 : 130,
    exhausted_at: fullInMs === null ? null : at(fullInMs),
    pace: 20,
  });
  const heading = (fullInMs: number | null, more: Window = {}) =>
    session(50, { forecast: forecast(fullInMs), ...more });
  const half = { forecastMs: 30 * MINUTE };

  test.each([
    { name: "is not looked at without a word", windows: [heading(MINUTE)], options: {}, said: "go" },
    { name: "within the time holds back", windows: [heading(29 * MINUTE)], options: half, said: "over five_hour" },
    { name: "at its end too", windows: [heading(30 * MINUTE)], options: half, said: "over five_hour" },
    { name: "beyond it does not", windows: [heading(31 * MINUTE)], options: half, said: "go" },
    { name: "whose moment has passed holds back", windows: [heading(-MINUTE)], options: half, said: "over five_hour" },
    { name: "that sees no end is no objection", windows: [heading(null)], options: half, said: "go" },
    { name: "that is not there is no objection", windows: [session(50), week(20)], options: half, said: "go" },
    {
      name: "is never a reason to go",
      windows: [heading(null, { utilization: 95 })],
      options: half,
      said: "over five_hour",
    },
    {
      name: "is no answer to a doubt",
      windows: [heading(null), week(null)],
      options: half,
      said: "doubt unknown-value seven_day",
    },
    {
      name: "holds back in a doubt too",
      windows: [heading(MINUTE), week(null)],
      options: half,
      said: "over five_hour",
    },
    {
      name: "gives way to a window that is full",
      windows: [heading(MINUTE), week(95)],
      options: half,
      said: "over seven_day",
    },
    {
      name: "of a window nobody watches is nothing",
      windows: [session(10), { ...opus(10), forecast: forecast(MINUTE) }],
      options: half,
      said: "go",
    },
    {
      name: "of a watched model counts",
      windows: [session(10), { ...opus(10), forecast: forecast(MINUTE) }],
      options: { ...half, model: "opus" },
      said: "over scoped:opus",
    },
  ])("$name: $said", ({ windows, options, said }) => {
    expect(say(decideGate(createReading({ windows }), createOptions(options), now))).toBe(said);
  });

  test("of a stale row is none, however old a row may be", () => {
    const reading = createReading({ ageMs: HOUR, windows: [heading(MINUTE)] });
    expect(say(decideGate(reading, createOptions({ ...half, maxAgeMs: 2 * HOUR }), now))).toBe("go");
  });
});

describe("money", () => {
  const money = {
    enabled: true,
    used: 40,
    limit: 50,
    currency: "USD",
    percent: 80,
    out_of_credits: false,
    disabled_reason: null,
  };
  test.each([
    {
      name: "is not watched without a word",
      windows: [session(10)],
      money: { ...money, percent: 99 },
      max: undefined,
      said: "go",
    },
    { name: "is watched with one", windows: [session(10)], money, max: 80, said: "over money" },
    { name: "comes after a window that is full too", windows: [session(95)], money, max: 80, said: "over money" },
    { name: "alone gates an account without windows", windows: [], money, max: 90, said: "go" },
    { name: "alone stops an account without windows", windows: [], money, max: 80, said: "over money" },
    { name: "does not help when it is not asked", windows: [], money, max: undefined, said: "doubt no-windows" },
    { name: "does not help when there is none", windows: [], money: null, max: 80, said: "doubt no-windows" },
    {
      name: "does not help when it is off",
      windows: [],
      money: { ...money, enabled: false },
      max: 90,
      said: "doubt no-windows",
    },
    {
      name: "is doubt when it is not known",
      windows: [session(10)],
      money: { ...money, percent: null },
      max: 80,
      said: "doubt unknown-money money",
    },
    { name: "says nothing when there is none", windows: [session(10)], money: null, max: 80, said: "go" },
  ])("$name: $said", ({ windows, money: block, max, said }) => {
    const reading = createReading({ windows, money: block });
    expect(say(decideGate(reading, createOptions({ moneyMaxPercent: max }), now))).toBe(said);
  });
});

describe("the limit that keeps work waiting", () => {
  const binding = (windows: Window[], options = {}) => {
    const decision = decideGate(createReading({ windows }), createOptions(options), now);
    return decision.verdict === "over" ? [decision.binding.window, decision.binding.resetMs] : decision.verdict;
  };

  test.each([
    {
      name: "is the last to start again",
      windows: [session(95, { resets_at: at(HOUR) }), week(91, { resets_at: at(3 * DAY) })],
      binds: ["seven_day", now + 3 * DAY],
    },
    {
      name: "is not a window under the limit, however late",
      windows: [session(95, { resets_at: at(HOUR) }), week(89, { resets_at: at(3 * DAY) })],
      binds: ["five_hour", now + HOUR],
    },
    {
      name: "is one without a reset before all others",
      windows: [session(95, { resets_at: null }), week(91, { resets_at: at(3 * DAY) })],
      binds: ["five_hour", undefined],
    },
  ])("$name", ({ windows, binds }) => {
    expect(binding(windows)).toEqual(binds);
  });
});

describe("a reset is waited for when a window of this kind can start again then", () => {
  test.each([
    { id: "five_hour", inMs: 0, trusted: true },
    { id: "five_hour", inMs: 5 * HOUR + 5 * MINUTE, trusted: true },
    { id: "five_hour", inMs: 5 * HOUR + 5 * MINUTE + 1, trusted: false },
    { id: "five_hour", inMs: -HOUR, trusted: true },
    { id: "seven_day", inMs: 7 * DAY + 5 * MINUTE, trusted: true },
    { id: "seven_day", inMs: 8 * DAY, trusted: false },
    { id: "seven_day_opus", inMs: 8 * DAY, trusted: false },
    { id: "scoped:fable", inMs: 7 * DAY, trusted: true },
    { id: "scoped:fable", inMs: 8 * DAY, trusted: false },
    { id: "monthly_all", inMs: 31 * DAY, trusted: true },
    { id: "monthly_all", inMs: 32 * DAY, trusted: false },
  ])("$id in $inMs ms: $trusted", ({ id, inMs, trusted }) => {
    expect(toTrustedResetMs({ id, resets_at: at(inMs) }, now)).toBe(trusted ? now + inMs : undefined);
  });

  test.each([null, "9999-12-31T23:59:59.999Z", "not a moment", ""])("never %j", (resets_at) => {
    expect(toTrustedResetMs({ id: "five_hour", resets_at }, now)).toBeUndefined();
  });
});

describe("a real account", () => {
  const decide = (body: unknown, options = {}) => {
    const { windows, money } = parseUsageBody(body);
    return say(decideGate(createReading({ windows, money }), createOptions(options), now));
  };

  test.each([
    { name: "Max, 2025", body: bodies.create2025Body(), options: {}, said: "go" },
    { name: "Max, 2026", body: bodies.createLate2026Body(), options: {}, said: "go" },
    {
      name: "Max, 2026, its fullest model",
      body: bodies.createLate2026Body(),
      options: { maxPercent: 80, model: "fable" },
      said: "over scoped:fable",
    },
    { name: "Team", body: bodies.createTeamBody(), options: {}, said: "go" },
    { name: "Enterprise", body: bodies.createEnterpriseBody(), options: {}, said: "doubt no-windows" },
    {
      name: "Enterprise with money",
      body: bodies.createEnterpriseBody(),
      options: { moneyMaxPercent: 80 },
      said: "go",
    },
    {
      name: "Enterprise, pool exhausted",
      body: bodies.createExhaustedPoolBody(),
      options: { moneyMaxPercent: 30 },
      said: "over money",
    },
    { name: "Free", body: bodies.createFreeBody(), options: { moneyMaxPercent: 80 }, said: "doubt no-windows" },
    { name: "out of credits", body: bodies.createOutOfCreditsBody(), options: {}, said: "go" },
    {
      name: "out of credits, money watched",
      body: bodies.createOutOfCreditsBody(),
      options: { moneyMaxPercent: 80 },
      said: "over money",
    },
    {
      name: "no limit on the money",
      body: bodies.createUnlimitedEuroBody(),
      options: { moneyMaxPercent: 80 },
      said: "doubt unknown-money money",
    },
    {
      name: "one-time pools and a full week",
      body: bodies.createOneTimePoolsBody(),
      options: {},
      said: "over seven_day",
    },
    {
      name: "a limit of an unknown kind",
      body: bodies.createUnknownKindBody(),
      options: { maxPercent: 70 },
      said: "over monthly_all",
    },
    { name: "a surface's limit", body: bodies.createSurfaceBody(), options: { maxPercent: 65 }, said: "go" },
  ])("$name: $said", ({ body, options, said }) => {
    expect(decide(body, options)).toBe(said);
  });
});
