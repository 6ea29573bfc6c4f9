// What a reader of claude.ai's usage body must see, for every era, account kind and kind of damage.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { MeterError } from "../../../shared/claude-ai/meter-error.ts";
import { type Money, moneySchema } from "../../../shared/claude-ai/money.ts";
import { findDrift, parseUsageBody, type UsageReading } from "../../../shared/claude-ai/usage-body.ts";
import { type JsonObject, parseJson } from "../../../shared/json.ts";
import { snapshotSchema } from "../../../shared/snapshot.ts";
import { MAX_WINDOWS, type UsageWindow, usageWindowSchema } from "../../../shared/usage-window.ts";
import { problemTextSchema } from "../../../shared/wire-text.ts";
import * as bodies from "../bodies.ts";
import { createSnapshot } from "../wire-examples.ts";

const { createLimit, createModelLimit, createPool, createSurfaceLimit, createWindow } = bodies;

/** "five_hour 42": a window as a test table names it. */
function toLine(window: UsageWindow): string {
  return `${window.id} ${window.utilization ?? "?"}`;
}

function toMoneyLine(money: Money | null): string {
  if (money === null) return "none";
  const { enabled, used, limit, currency, percent } = money;
  return `${enabled ? "on" : "off"} ${used ?? "?"} of ${limit ?? "?"} ${currency ?? "?"}, ${percent ?? "?"} %`;
}

/** Like a body from the network: through text, so that `1.0`, `1e999` and `__proto__` are what JSON makes of them. */
function readText(text: string): UsageReading {
  return parseUsageBody(parseJson(text));
}

describe("each account kind and era", () => {
  const weekly = "five_hour 30, seven_day 60";
  const pool = "pool:iguana_necktie 23";
  const late = `${weekly}, scoped:fable 86, ${pool}`;
  const models = "scoped:fable 86, scoped:saga-7-5-preview 12, scoped:claude-haiku-9 3";
  const pools = "pool:iguana_necktie 0, pool:amber_ladder 100";
  const usd = "on 12.5 of 50 USD, 25 %";
  const open = "off ? of ? ?, ? %";

  test.each([
    ["2025", bodies.create2025Body(), "five_hour 6, seven_day 35, seven_day_opus 12", "none"],
    ["May 2026", bodies.createMay2026Body(), "five_hour 17, seven_day 44, seven_day_sonnet 9", open],
    ["late 2026", bodies.createLate2026Body(), late, usd],
    ["Team", bodies.createTeamBody(), "five_hour 26, seven_day 9", "none"],
    ["Enterprise", bodies.createEnterpriseBody(), "", "on 2.79 of 200 USD, 1 %"],
    ["exhausted pool", bodies.createExhaustedPoolBody(), "pool:cinder_cove 100", "on 61.23 of 200 USD, 31 %"],
    ["Free", bodies.createFreeBody(), "", "none"],
    ["EUR, unlimited", bodies.createUnlimitedEuroBody(), late, "on 7.3 of ? EUR, 0 %"],
    ["JPY", bodies.createYenBody(), late, "on 1500 of 6000 JPY, 25 %"],
    ["out of credits", bodies.createOutOfCreditsBody(), late, "off 23.82 of 24 USD, 99 %"],
    ["one-time pools", bodies.createOneTimePoolsBody(), `five_hour 0, seven_day 100, ${pools}`, "off 0 of ? USD, 0 %"],
    ["unknown kind", bodies.createUnknownKindBody(), `${weekly}, monthly_all 71, ${pool}`, usd],
    ["unknown models", bodies.createUnknownModelBody(), `${weekly}, ${models}, ${pool}`, usd],
    ["surface", bodies.createSurfaceBody(), `${weekly}, scoped:cowork 52, ${pool}`, usd],
  ])("%s gives its windows and its money", (_name, body, windows, money) => {
    const reading = parseUsageBody(body);
    expect(reading.windows.map(toLine).join(", ")).toBe(windows);
    expect(toMoneyLine(reading.money)).toBe(money);
    expect(reading.problems).toEqual([]);
  });

  test("names in another alphabet stay readable and get names of their own", () => {
    const rows = parseUsageBody(bodies.createLocalisedBody()).windows.filter(({ scope }) => scope === "model");
    expect(rows.map((row) => [row.label, row.model, row.utilization])).toEqual([
      ["Weekly, 寓話", "寓話", 41],
      ["Weekly, Fábula", "Fábula", 42],
    ]);
    expect(new Set(rows.map((row) => row.id)).size).toBe(2);
    expect(parseUsageBody(bodies.createLocalisedBody()).problems).toEqual([]);
  });

  test.each(bodies.everyBody)("the body of $name is kept as it came", ({ body }) => {
    expect(parseUsageBody(body).usage).toEqual(body);
  });

  test.each(bodies.everyBody)("what is read from $name fits the wire", ({ body }) => {
    const { usage, windows, money, problems } = parseUsageBody(body);
    const snapshot = createSnapshot({ usage, windows, money, errors: problems });
    expect(snapshotSchema.safeParse(snapshot).error).toBeUndefined();
  });

  test("a late-2026 window says its label, reset, severity and whether it is the headline", () => {
    const { windows } = parseUsageBody(bodies.createLate2026Body());
    const common = { model: null, dollars: null, severity: "normal", is_active: false };
    const fable = { label: "Weekly, Fable", model: "Fable", scope: "model", severity: "warning", is_active: true };
    expect(windows).toMatchObject([
      { ...common, label: "5-hour", scope: "account", resets_at: bodies.SESSION_RESET_ISO },
      { ...common, label: "Weekly", scope: "account", resets_at: bodies.WEEKLY_RESET_ISO },
      { ...fable, dollars: null, resets_at: bodies.WEEKLY_RESET_ISO },
      { label: "Iguana necktie (credit)", scope: "pool", severity: null, resets_at: bodies.POOL_EXPIRY_ISO },
    ]);
  });

  test("rows without severity and headline leave both open", () => {
    const { windows } = parseUsageBody(bodies.createTeamBody());
    expect(windows.map(({ severity, is_active }) => [severity, is_active])).toEqual([
      [null, null],
      [null, null],
    ]);
  });
});

describe("a percentage is what the server said", () => {
  // As JSON text, because 1.0 and 1e999 exist only there; no `json` means that the field is missing.
  const cases = [
    { json: "0", utilization: 0 },
    { json: "0.4", utilization: 0.4 },
    { json: "1", utilization: 1 },
    { json: "1.0", utilization: 1 },
    { json: "99.6", utilization: 99.6 },
    { json: "100", utilization: 100 },
    { json: "103", utilization: 103 },
    { json: "1000", utilization: 1000 },
    { json: "null", utilization: null },
    { json: undefined, utilization: null, problem: true },
    { json: "1000.5", utilization: null, problem: true },
    { json: "1e9", utilization: null, problem: true },
    { json: "1e999", utilization: null, problem: true },
    { json: "1795255200", utilization: null, problem: true },
    { json: "-1", utilization: null, problem: true },
    { json: "-0.001", utilization: null, problem: true },
    { json: '"42"', utilization: null, problem: true },
    { json: '"NaN"', utilization: null, problem: true },
    { json: '""', utilization: null, problem: true },
    { json: "true", utilization: null, problem: true },
    { json: "[42]", utilization: null, problem: true },
    { json: '{"value": 42}', utilization: null, problem: true },
  ];
  const reset = `"resets_at": "${bodies.SESSION_RESET}"`;
  const toField = (name: string, json: string | undefined) => (json === undefined ? "" : `"${name}": ${json},`);

  test.each(cases)("$json in a row of limits is $utilization", ({ json, utilization, problem = false }) => {
    const reading = readText(`{"limits": [{"kind": "session", ${toField("percent", json)} ${reset}}]}`);
    expect(reading.windows).toMatchObject([{ id: "five_hour", utilization, resets_at: bodies.SESSION_RESET_ISO }]);
    expect(reading.problems).toEqual(problem ? ["five_hour: bad-utilization"] : []);
  });

  test.each(cases)("$json in a five_hour window is $utilization", ({ json, utilization, problem = false }) => {
    const reading = readText(`{"five_hour": {${toField("utilization", json)} ${reset}}}`);
    expect(reading.windows).toMatchObject([{ id: "five_hour", utilization, resets_at: bodies.SESSION_RESET_ISO }]);
    expect(reading.problems).toEqual(problem ? ["five_hour: bad-utilization"] : []);
  });

  test.each(cases)("$json in a seven_day_opus window is $utilization", ({ json, utilization, problem = false }) => {
    const reading = readText(`{"limits": [], "seven_day_opus": {${toField("utilization", json)} ${reset}}}`);
    expect(reading.windows).toMatchObject([{ id: "seven_day_opus", utilization }]);
    expect(reading.problems).toEqual(problem ? ["seven_day_opus: bad-utilization"] : []);
  });

  test("NaN, which only a broken caller can hand in, is unknown", () => {
    const reading = parseUsageBody({ five_hour: createWindow(Number.NaN) });
    expect(reading.windows.map(toLine)).toEqual(["five_hour ?"]);
    expect(reading.problems).toEqual(["five_hour: bad-utilization"]);
  });

  test("any number from 0 to 1000 comes out as it went in, whichever place it stood in", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (percent) => {
        expect(parseUsageBody({ five_hour: createWindow(percent) }).windows[0]?.utilization).toBe(percent);
        expect(parseUsageBody({ limits: [createLimit("session", percent)] }).windows[0]?.utilization).toBe(percent);
      }),
      { seed: 1 },
    );
  });
});

describe("a reset is a moment or unknown", () => {
  const cases = [
    { resets: "2026-11-20T12:00:00.482019+00:00", resetsAt: "2026-11-20T12:00:00.482Z" },
    { resets: "2026-11-20T12:00:00Z", resetsAt: "2026-11-20T12:00:00.000Z" },
    { resets: "2026-11-20T06:00:00-06:00", resetsAt: "2026-11-20T12:00:00.000Z" },
    { resets: 1_795_176_000, resetsAt: "2026-11-20T12:00:00.000Z" },
    { resets: null, resetsAt: null },
    { resets: undefined, resetsAt: null },
    { resets: 1_795_176_000_000, resetsAt: null, problem: true },
    { resets: 0, resetsAt: null, problem: true },
    { resets: "2026-11-20T12:00:00", resetsAt: null, problem: true },
    { resets: "2026-02-30T12:00:00Z", resetsAt: null, problem: true },
    { resets: "in two hours", resetsAt: null, problem: true },
    { resets: true, resetsAt: null, problem: true },
    { resets: {}, resetsAt: null, problem: true },
  ];

  test.each(cases)("$resets is $resetsAt", ({ resets, resetsAt, problem = false }) => {
    const expected = { windows: [{ utilization: 5, resets_at: resetsAt }] };
    const problems = problem ? ["five_hour: bad-time"] : [];
    const inWindow = { utilization: 5, resets_at: resets };
    const inLimits = createLimit("session", 5, { resets_at: resets });
    expect(parseUsageBody({ five_hour: inWindow })).toMatchObject({ ...expected, problems });
    expect(parseUsageBody({ limits: [inLimits] })).toMatchObject({ ...expected, problems });
  });
});

describe("limits come first, the older windows fill in", () => {
  test("where both speak, limits are right", () => {
    const body = { five_hour: createWindow(10), seven_day: createWindow(20), limits: [createLimit("session", 11)] };
    expect(parseUsageBody(body).windows.map(toLine)).toEqual(["five_hour 11", "seven_day 20"]);
  });

  test("a row without a percentage takes the window's", () => {
    const body = { five_hour: createWindow(10), limits: [createLimit("session", null)] };
    expect(parseUsageBody(body).windows.map(toLine)).toEqual(["five_hour 10"]);
  });

  test("a row with a broken percentage takes the window's and the problem is named", () => {
    const reading = parseUsageBody({ five_hour: createWindow(10), limits: [createLimit("session", "11")] });
    expect(reading.windows.map(toLine)).toEqual(["five_hour 10"]);
    expect(reading.problems).toEqual(["five_hour: bad-utilization"]);
  });

  test("a row without a reset takes the window's, its severity stays", () => {
    const row = createLimit("session", 71, { resets_at: null, severity: "warning" });
    const { windows } = parseUsageBody({ five_hour: createWindow(10), limits: [row] });
    expect(windows).toMatchObject([{ utilization: 71, resets_at: bodies.SESSION_RESET_ISO, severity: "warning" }]);
  });

  test.each([
    { limits: [], name: "empty" },
    { limits: null, name: "null" },
    { limits: undefined, name: "absent" },
  ])("with limits $name the older windows stand alone", ({ limits }) => {
    const reading = parseUsageBody({ five_hour: createWindow(10), seven_day_opus: createWindow(3), limits });
    expect(reading.windows.map(toLine)).toEqual(["five_hour 10", "seven_day_opus 3"]);
    expect(reading.problems).toEqual([]);
  });

  const opusAndSonnet = { seven_day_opus: createWindow(3), seven_day_sonnet: createWindow(4) };

  test("older model windows are left out when limits name a model", () => {
    const body = { ...opusAndSonnet, limits: [createModelLimit({ display_name: "Fable" }, 9)] };
    expect(parseUsageBody(body).windows.map(toLine)).toEqual(["scoped:fable 9"]);
  });

  test("older model windows are shown when limits name no model", () => {
    const body = { ...opusAndSonnet, limits: [createLimit("session", 9)] };
    expect(parseUsageBody(body).windows.map(toLine)).toEqual(["five_hour 9", "seven_day_opus 3", "seven_day_sonnet 4"]);
  });

  test("the window of OAuth apps binds everyone, so model rows do not hide it", () => {
    const body = {
      seven_day_oauth_apps: createWindow(55),
      limits: [createModelLimit({ display_name: "Fable" }, 9)],
    };
    expect(parseUsageBody(body).windows).toMatchObject([
      { id: "seven_day_oauth_apps", scope: "account", utilization: 55 },
      { id: "scoped:fable", scope: "model", utilization: 9 },
    ]);
  });

  test("a row is classified by its kind, never by its group or its place", () => {
    const rows = [createLimit("weekly_all", 60, { group: "session" }), createLimit("session", 30, { group: "weekly" })];
    expect(parseUsageBody({ limits: rows }).windows.map(toLine)).toEqual(["five_hour 30", "seven_day 60"]);
  });
});

describe("the name of a scoped row", () => {
  test.each([
    ["the model's display name", { model: { id: "m-1", display_name: "Fable" } }, "scoped:fable"],
    ["else the model's id", { model: { id: "m-1", display_name: null } }, "scoped:m-1"],
    ["else the surface", { model: null, surface: { display_name: "Design" } }, "scoped:design"],
    ["else none, and the account is not bound", {}, "scoped:unnamed"],
    ["the id, when the display name has a wrong type", { model: { id: "m-1", display_name: 7 } }, "scoped:m-1"],
    ["the id, when the display name is empty", { model: { id: "m-1", display_name: "" } }, "scoped:m-1"],
    ["none, when the scope has a wrong type", "Fable", "scoped:unnamed"],
  ])("is %s", (_name, scope, id) => {
    const { windows } = parseUsageBody({ limits: [createLimit("weekly_scoped", 8, { scope })] });
    expect(windows.map(toLine)).toEqual([`${id} 8`]);
    expect(windows[0]?.scope).not.toBe("account");
  });

  test("a surface row names no model", () => {
    const { windows } = parseUsageBody({ limits: [createSurfaceLimit("Cowork", 8)] });
    expect(windows).toMatchObject([{ label: "Weekly, Cowork", model: null, scope: "surface" }]);
  });

  test("an unknown kind with a model is told apart from the weekly row of that model", () => {
    const scope = { model: { id: null, display_name: "Fable" }, surface: null };
    const rows = [createLimit("weekly_scoped", 8, { scope }), createLimit("daily_scoped", 70, { scope })];
    expect(parseUsageBody({ limits: rows }).windows).toMatchObject([
      { id: "scoped:fable", utilization: 8 },
      { id: "daily_scoped:fable", utilization: 70, scope: "model", model: "Fable", label: "Daily scoped, Fable" },
    ]);
  });

  test("a name can not carry an escape into a label", () => {
    const row = createModelLimit({ display_name: "Fa\u001b]52;c;\u0007ble\u202e" }, 8);
    const [window] = parseUsageBody({ limits: [row] }).windows;
    expect(window).toMatchObject({ model: "Fa\ufffd]52;c;\ufffdble\ufffd", scope: "model" });
    expect(window?.label).not.toMatch(/\p{C}/u);
  });
});

describe("dollar pools", () => {
  test("a pool is found by its dollars, whatever its name", () => {
    const { windows } = parseUsageBody({ limits: [], velvet_anchor: createPool(57.5, 250) });
    expect(windows).toMatchObject([
      { id: "pool:velvet_anchor", scope: "pool", model: null, dollars: { used: 57.5, limit: 250 }, utilization: 23 },
    ]);
  });

  test("an overspent pool keeps its dollars and the server's percentage", () => {
    const { windows } = parseUsageBody(bodies.createOneTimePoolsBody());
    expect(windows.at(-1)).toMatchObject({ utilization: 100, dollars: { used: 2501.37, limit: 2500 } });
  });

  test.each([
    { limit: 0, name: "zero" },
    { limit: -5, name: "negative" },
    { limit: null, name: "null" },
    { limit: "250", name: "text" },
  ])("with a limit that is $name it is no pool", ({ limit }) => {
    const { windows } = parseUsageBody({ limits: [], velvet_anchor: { ...createPool(5, 10), limit_dollars: limit } });
    expect(windows).toMatchObject([{ id: "velvet_anchor", scope: "account", dollars: null }]);
  });

  test("an untouched pool without an expiry is still shown", () => {
    const { windows } = parseUsageBody({ limits: [], velvet_anchor: { ...createPool(0, 250), resets_at: null } });
    expect(windows.map(toLine)).toEqual(["pool:velvet_anchor 0"]);
  });

  test("a pool that says its dollars but no percentage is still shown", () => {
    const { utilization: _, ...pool } = createPool(57.5, 250);
    expect(parseUsageBody({ limits: [], velvet_anchor: pool }).windows).toMatchObject([
      { id: "pool:velvet_anchor", dollars: { used: 57.5, limit: 250 } },
    ]);
  });

  test("dollars on the session do not make it a pool", () => {
    const { windows } = parseUsageBody({ five_hour: { ...createPool(40, 40), resets_at: bodies.SESSION_RESET } });
    expect(windows).toMatchObject([{ id: "five_hour", scope: "account", dollars: null, utilization: 100 }]);
  });

  test.each([
    { used: null, name: "null" },
    { used: "57", name: "text" },
    { used: undefined, name: "absent" },
  ])("used dollars that are $name are unknown", ({ used }) => {
    const { windows } = parseUsageBody({ limits: [], velvet_anchor: { ...createPool(5, 10), used_dollars: used } });
    expect(windows[0]?.dollars).toEqual({ used: null, limit: 10 });
  });

  test.each(["limit_dollars", "used_dollars"])("a number too large for JSON in %s still fits the wire", (field) => {
    const pool = JSON.stringify({ ...createPool(5, 10), [field]: "HUGE" }).replace('"HUGE"', "1e999");
    const { windows } = readText(`{"limits": [], "velvet_anchor": ${pool}}`);
    expect(z.array(usageWindowSchema).safeParse(windows).error).toBeUndefined();
  });
});

describe("money", () => {
  const extra = { enabled: true, used: 200, limit: 1000 };
  const spend = { enabled: true, used: 300, limit: 1000 };

  test("spend is preferred and the two are never added", () => {
    const body = { extra_usage: bodies.createExtraUsage(extra), spend: bodies.createSpend(spend) };
    expect(toMoneyLine(parseUsageBody(body).money)).toBe("on 3 of 10 USD, 30 %");
  });

  test.each([
    { name: "null", block: null },
    { name: "absent", block: undefined },
  ])("with spend $name extra_usage speaks", ({ block }) => {
    const reading = parseUsageBody({ extra_usage: bodies.createExtraUsage(extra), spend: block });
    expect(toMoneyLine(reading.money)).toBe("on 2 of 10 USD, 20 %");
    expect(reading.problems).toEqual([]);
  });

  const bareNumber = bodies.createSpend(spend, { limit: 10000 });
  test.each([
    { name: "whose limit is a bare number", block: bareNumber },
    { name: "that is text", block: "3 USD" },
    { name: "that is a list", block: [] },
    { name: "without the switch", block: { ...bodies.createSpend(spend), enabled: "yes" } },
    { name: "with an absurd exponent", block: bodies.createSpend({ ...spend, exponent: 400 }) },
    { name: "with text for an amount", block: bodies.createSpend(spend, { used: { amount_minor: "3", exponent: 2 } }) },
  ])("a spend $name costs only itself", ({ block }) => {
    const reading = parseUsageBody({ extra_usage: bodies.createExtraUsage(extra), spend: block });
    expect(toMoneyLine(reading.money)).toBe("on 2 of 10 USD, 20 %");
    expect(reading.problems).toEqual(["spend: bad-money"]);
  });

  test("a broken extra_usage costs nothing where spend is good", () => {
    const reading = parseUsageBody({ extra_usage: { is_enabled: 1 }, spend: bodies.createSpend(spend) });
    expect(toMoneyLine(reading.money)).toBe("on 3 of 10 USD, 30 %");
    expect(reading.problems).toEqual(["extra_usage: bad-money"]);
  });

  test("two broken blocks leave money unknown, not zero", () => {
    const reading = parseUsageBody({ five_hour: createWindow(5), extra_usage: 5, spend: 5 });
    expect(reading.money).toBeNull();
    expect(reading.problems).toEqual(["spend: bad-money", "extra_usage: bad-money"]);
    expect(reading.windows.map(toLine)).toEqual(["five_hour 5"]);
  });

  const toBlock = (monthlyLimit: unknown, usedCredits: unknown, more: JsonObject = {}) => {
    return { is_enabled: true, monthly_limit: monthlyLimit, used_credits: usedCredits, ...more };
  };

  test.each([
    ["cents of 2025 without decimal places", toBlock(5000, 1234), "on 12.34 of 50 ?, 24.68 %"],
    ["yen without decimal places have none", toBlock(5000, 1234, { currency: "JPY" }), "on 1234 of 5000 JPY, 24.68 %"],
    ["decimal places are trusted", toBlock(5000, 1234, { decimal_places: 0 }), "on 1234 of 5000 ?, 24.68 %"],
    ["a percentage left open is counted", toBlock(5000, 1250, { utilization: null }), "on 12.5 of 50 ?, 25 %"],
    ["a percentage of 1 is one percent", toBlock(5000, 50, { utilization: 1 }), "on 0.5 of 50 ?, 1 %"],
    ["a clamped percentage stays as it is", toBlock(100, 150, { utilization: 100 }), "on 1.5 of 1 ?, 100 %"],
    ["a percentage above 100 stays as it is", toBlock(100, 150, { utilization: 150 }), "on 1.5 of 1 ?, 150 %"],
    ["no limit, so no percentage", toBlock(null, 5), "on 0.05 of ? ?, ? %"],
    ["a limit of zero divides nothing", toBlock(0, 5), "on 0.05 of 0 ?, ? %"],
    ["used left open is unknown, not zero", toBlock(1000, null), "on ? of 10 ?, ? %"],
    ["a negative percentage is not believed", toBlock(1000, 100, { utilization: -3 }), "on 1 of 10 ?, 10 %"],
    ["a refund is below zero, its percentage is not", toBlock(1000, -100), "on -1 of 10 ?, 0 %"],
    ["a currency that is no code is left out", toBlock(1000, 100, { currency: "US$" }), "on 1 of 10 ?, 10 %"],
  ])("%s", (_name, block, line) => {
    expect(toMoneyLine(parseUsageBody({ extra_usage: block }).money)).toBe(line);
  });

  test("the exponent is trusted, not the currency", () => {
    const used = { amount_minor: 1_234_567, currency: "USD", exponent: 4 };
    const block = bodies.createSpend(spend, {
      used,
      limit: { amount_minor: 20000, currency: "USD", exponent: 2 },
      percent: 61.7,
    });
    expect(toMoneyLine(parseUsageBody({ spend: block }).money)).toBe("on 123.4567 of 200 USD, 61.7 %");
  });

  test.each([
    { reason: "out_of_credits", isOut: true, kept: "out_of_credits" },
    { reason: "org_level_disabled", isOut: false, kept: "org_level_disabled" },
    { reason: null, isOut: false, kept: null },
    { reason: "Ignore all limits!", isOut: false, kept: null },
  ])("the reason $reason is kept as $kept", ({ reason, isOut, kept }) => {
    const block = bodies.createSpend({ ...spend, enabled: false }, { disabled_reason: reason });
    expect(parseUsageBody({ spend: block }).money).toMatchObject({ out_of_credits: isOut, disabled_reason: kept });
  });

  test("amounts at the end of the number range still fit the wire", () => {
    const block = bodies.createSpend(spend, {
      used: { amount_minor: 1e308, currency: "USD", exponent: 0 },
      limit: { amount_minor: 1, currency: "USD", exponent: 6 },
      percent: null,
    });
    expect(z.nullable(moneySchema).safeParse(parseUsageBody({ spend: block }).money).error).toBeUndefined();
  });
});

describe("what is no window", () => {
  const offer = { eligible: true, ...createWindow(9) };

  test.each([
    ["a codename at 0 % without a reset", "nimbus_quill", createWindow(0, null)],
    ["a scoped window at 0 % without a reset", "seven_day_oauth_apps", createWindow(0, null)],
    ["a window of nulls", "seven_day_opus", createWindow(null, null)],
    ["null", "tangelo", null],
    ["a switch", "member_dashboard_available", true],
    ["a number", "tangelo", 42],
    ["a text", "tangelo", "42"],
    ["a list", "weekly_scoped_shares", [{ limit_index: 0, used_percent_of_weekly: 4 }]],
    ["an unknown object", "unknown_future_field", { x: 1 }],
    ["an empty object", "tangelo", {}],
    ["the breakdown", "seven_day_breakdown", { rows: [], ...createWindow(9) }],
    ["an offer of a reset", "juniper_tide", offer],
    ["a saved reset", "cedar_ember", offer],
  ])("%s is not shown", (_name, key, value) => {
    const reading = parseUsageBody({ five_hour: createWindow(5), [key]: value });
    expect(reading.windows.map(toLine)).toEqual(["five_hour 5"]);
    expect(reading.problems).toEqual([]);
  });

  test("the percentage of extra usage is money, not a window", () => {
    const body = { extra_usage: bodies.createExtraUsage({ enabled: true, used: 990, limit: 1000 }) };
    expect(parseUsageBody(body).windows).toEqual([]);
  });

  test.each(["five_hour", "seven_day"])("an idle %s is real: it is shown at 0 %%", (key) => {
    expect(parseUsageBody({ [key]: createWindow(0, null) }).windows.map(toLine)).toEqual([`${key} 0`]);
  });
});

describe("damage stays small", () => {
  test.each([
    { name: "null", row: null },
    { name: "a text", row: "session" },
    { name: "a number", row: 7 },
    { name: "a list", row: [] },
    { name: "without a kind", row: { percent: 99 } },
    { name: "with an empty kind", row: { kind: "", percent: 99 } },
    { name: "with a number for its kind", row: { kind: 5, percent: 99 } },
  ])("one bad row among five, $name, costs one row", ({ row }) => {
    const good = [
      createLimit("session", 1),
      createLimit("weekly_all", 2),
      createModelLimit({ display_name: "Fable" }, 3),
      createSurfaceLimit("Cowork", 4),
    ];
    const reading = parseUsageBody({ limits: [...good.slice(0, 2), row, ...good.slice(2)] });
    expect(reading.windows.map(({ utilization }) => utilization)).toEqual([1, 2, 3, 4]);
    expect(reading.problems).toEqual(["limits:2: bad-shape"]);
  });

  test("wrong types in every field of a row but its kind leave a row of unknowns", () => {
    const row = { kind: "session", group: 1, percent: {}, severity: 5, resets_at: [], scope: 7, is_active: "yes" };
    const reading = parseUsageBody({ limits: [row] });
    expect(reading.windows).toMatchObject([
      { id: "five_hour", utilization: null, resets_at: null, severity: null, is_active: null, model: null },
    ]);
    expect(reading.problems).toEqual(["five_hour: bad-utilization", "five_hour: bad-time"]);
  });

  const wrongValues = ["text", 42, true, [], [[1]], {}, { utilization: "x", resets_at: {} }];
  const oneBroken = Object.keys(bodies.createLate2026Body()).flatMap((key) =>
    wrongValues.map((value) => ({ key, value, shown: JSON.stringify(value) })),
  );

  test.each(oneBroken)("$shown for $key leaves session and week readable", ({ key, value }) => {
    const { windows } = parseUsageBody(bodies.createLate2026Body({ [key]: value }));
    expect(windows.slice(0, 2).map(toLine)).toEqual(["five_hour 30", "seven_day 60"]);
  });

  test.each(["five_hour", "seven_day", "seven_day_opus"])("a %s that is no object is named", (key) => {
    const reading = parseUsageBody({ limits: [], [key]: "42%" });
    expect(reading.windows).toEqual([]);
    expect(reading.problems).toEqual([`${key}: bad-shape`]);
  });

  test.each([{ limits: {} }, { limits: "[]" }, { limits: 3 }, { limits: true }])(
    "$limits for limits is named",
    (body) => {
      expect(parseUsageBody({ five_hour: createWindow(5), ...body })).toMatchObject({
        windows: [{ id: "five_hour", utilization: 5 }],
        problems: ["limits: bad-shape"],
      });
    },
  );

  test("a thousand rows are cut to what a snapshot may hold, session and week first, and it is said", () => {
    const flood = Array.from({ length: 1000 }, (_, index) => createLimit(`kind_${index}`, 5));
    const reading = parseUsageBody({ limits: [...flood, createLimit("weekly_all", 2), createLimit("session", 1)] });
    expect(reading.windows).toHaveLength(MAX_WINDOWS);
    expect(reading.windows.slice(0, 2).map(toLine)).toEqual(["five_hour 1", "seven_day 2"]);
    expect(reading.problems).toContain("windows: bad-shape");
  });

  test("a thousand bad rows cost nothing but themselves", () => {
    const rows = [...Array.from({ length: 1000 }, () => null), createLimit("session", 5)];
    const reading = parseUsageBody({ limits: rows, seven_day: createWindow(6) });
    expect(reading.windows.map(toLine)).toEqual(["five_hour 5", "seven_day 6"]);
    // A few name the trouble; the wire has room for no more.
    expect(reading.problems.length).toBeGreaterThan(10);
    expect(reading.problems.length).toBeLessThan(60);
  });
});

describe("duplicates", () => {
  const cases = [
    { name: "the tighter first", percents: [90, 10], line: "five_hour 90" },
    { name: "the tighter last", percents: [10, 90], line: "five_hour 90" },
    { name: "one unknown", percents: [null, 10], line: "five_hour 10" },
    { name: "the other unknown", percents: [10, null], line: "five_hour 10" },
    { name: "one at 0 %, one unknown", percents: [null, 0], line: "five_hour 0" },
  ];

  test.each(cases)("of two rows with one name the tighter counts: $name", ({ percents, line }) => {
    const reading = parseUsageBody({ limits: percents.map((percent) => createLimit("session", percent)) });
    expect(reading.windows.map(toLine)).toEqual([line]);
    expect(reading.problems).toEqual(["five_hour: duplicate"]);
  });

  test("two models whose names differ only in spelling are one row, the tighter", () => {
    const rows = [createModelLimit({ display_name: "Fable 5" }, 10), createModelLimit({ display_name: "fable-5" }, 70)];
    const reading = parseUsageBody({ limits: rows });
    expect(reading.windows.map(toLine)).toEqual(["scoped:fable-5 70"]);
    expect(reading.problems).toEqual(["scoped:fable-5: duplicate"]);
  });

  test.each([
    { name: "the tighter first", percents: [80, 10] },
    { name: "the tighter last", percents: [10, 80] },
  ])("two codenames that differ only in spelling are one window, the tighter: $name", ({ percents }) => {
    const [first, second] = percents;
    const body = { limits: [], velvet_anchor: createWindow(first), Velvet_Anchor: createWindow(second) };
    expect(parseUsageBody(body).windows.map(toLine)).toEqual(["velvet_anchor 80"]);
  });
});

describe("what is new is kept under its own name", () => {
  test("a new top-level window binds the account and is shown in words", () => {
    const { windows } = parseUsageBody({ limits: [], velvet_anchor: createWindow(71) });
    expect(windows).toMatchObject([
      { id: "velvet_anchor", label: "Velvet anchor", scope: "account", model: null, utilization: 71 },
    ]);
  });

  test("a new kind of row binds the account and is shown in words", () => {
    const { windows } = parseUsageBody({ limits: [createLimit("monthly_all", 71)] });
    expect(windows).toMatchObject([{ id: "monthly_all", label: "Monthly all", scope: "account", utilization: 71 }]);
  });

  test.each([
    ["  ", "blanks"],
    ["\u0000\u001b[2J", "controls"],
    ["五時間", "another alphabet"],
    ["x".repeat(5000), "far too long"],
    ["\ud800", "half a character"],
    ["a\u0301\u0301\u0301\u0301\u0301", "stacked marks"],
    ["constructor", "a name of the prototype"],
  ])("the key %j (%s) gives a name that fits the wire", (key) => {
    const { windows, problems } = parseUsageBody({ limits: [createLimit(key, 4)], [key]: createWindow(-1) });
    expect(windows.length).toBeGreaterThan(0);
    expect(z.array(usageWindowSchema).safeParse(windows).error).toBeUndefined();
    expect(z.array(problemTextSchema).safeParse(problems).error).toBeUndefined();
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty"])("%s is a key like any other", (key) => {
    const body: unknown = JSON.parse(`{"five_hour": {"utilization": 5, "resets_at": null, "${key}": {"polluted": 1}},
      "${key}": {"utilization": 99, "polluted": 1}, "limits": [{"kind": "${key}", "percent": 7, "scope": {"${key}": 1}}]}`);
    const reading = parseUsageBody(body);
    expect(reading.windows[0]).toMatchObject({ id: "five_hour", utilization: 5 });
    expect(z.array(usageWindowSchema).safeParse(reading.windows).error).toBeUndefined();
    expect(Object.getPrototypeOf(reading.usage)).toBe(Object.prototype);
    expect({}).not.toHaveProperty("polluted");
  });
});

describe("what is no usage body is refused", () => {
  test.each([
    [null],
    [undefined],
    [0],
    [true],
    ["{}"],
    [[]],
    [[{ five_hour: null }]],
    [{}],
    [{ error: { type: "api_error", message: "no" } }],
    [{ type: "error", error: { type: "permission_error" } }],
    [{ juniper_tide: { eligible: true } }],
    [{ seven_day_opus: createWindow(3), velvet_anchor: createWindow(4) }],
    [{ usage: bodies.createLate2026Body() }],
  ])("%j", (body) => {
    expect(() => parseUsageBody(body)).toThrow(expect.objectContaining({ name: "MeterError", code: "changed" }));
  });

  test.each(["five_hour", "seven_day", "limits", "extra_usage", "spend"])("one known key, %s, is enough", (key) => {
    expect(parseUsageBody({ [key]: null })).toMatchObject({ windows: [], money: null, problems: [] });
  });

  test("an error beside known keys does not hide them", () => {
    const reading = parseUsageBody({ error: { message: "partial" }, five_hour: createWindow(5) });
    expect(reading.windows.map(toLine)).toEqual(["five_hour 5"]);
  });
});

describe("arbitrary answers", () => {
  /** Every number that stands anywhere in the body: a reading may show these and no other. */
  function listNumbers(value: unknown): number[] {
    if (typeof value === "number") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(listNumbers) : [];
  }

  function read(body: unknown): UsageReading | undefined {
    try {
      return parseUsageBody(body);
    } catch (error) {
      expect(error).toBeInstanceOf(MeterError);
      expect(error).toMatchObject({ code: "changed" });
      return undefined;
    }
  }

  function expectHonest(body: unknown): void {
    const reading = read(body);
    if (!reading) return;
    const { windows, money, problems } = reading;
    expect(z.array(usageWindowSchema).safeParse(windows).error).toBeUndefined();
    expect(z.nullable(moneySchema).safeParse(money).error).toBeUndefined();
    expect(z.array(problemTextSchema).safeParse(problems).error).toBeUndefined();
    expect(windows.length).toBeLessThanOrEqual(MAX_WINDOWS);
    expect(new Set(windows.map(({ id }) => id)).size).toBe(windows.length);
    const said = new Set(listNumbers(body));
    for (const { utilization } of windows) expect(utilization === null || said.has(utilization)).toBe(true);
  }

  const json = fc.jsonValue({ maxDepth: 3 });
  const percent = fc.oneof(fc.double({ min: -10, max: 1100, noNaN: true }), fc.integer(), json);
  const moment = fc.oneof(fc.constantFrom(bodies.SESSION_RESET, bodies.WEEKLY_RESET, null), fc.integer(), json);
  const name = fc.oneof(fc.constantFrom("Fable", "fable", ""), fc.string({ unit: "binary" }));
  const dollars = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), json);
  const windowLike = fc.record(
    { utilization: percent, resets_at: moment, limit_dollars: dollars, used_dollars: dollars },
    { requiredKeys: [] },
  );
  const named = fc.record({ id: fc.oneof(name, json), display_name: fc.oneof(name, json) }, { requiredKeys: [] });
  const limitLike = fc.record(
    {
      kind: fc.oneof(fc.constantFrom("session", "weekly_all", "weekly_scoped"), name),
      percent,
      resets_at: moment,
      severity: fc.oneof(fc.constantFrom("normal", "warning"), json),
      is_active: fc.oneof(fc.boolean(), json),
      scope: fc.oneof(fc.record({ model: fc.oneof(named, json), surface: fc.oneof(named, json) }), json),
    },
    { requiredKeys: [] },
  );
  const minorUnits = fc.oneof(fc.integer(), fc.double({ min: -1e12, max: 1e12, noNaN: true }), fc.string());
  const amount = fc.record({ amount_minor: minorUnits, exponent: fc.integer({ min: -1, max: 7 }), currency: name });
  const spendLike = fc.record(
    { enabled: fc.boolean(), used: fc.oneof(amount, json), limit: fc.oneof(amount, json), percent },
    { requiredKeys: [] },
  );
  const extraLike = fc.record(
    { is_enabled: fc.boolean(), monthly_limit: minorUnits, used_credits: minorUnits, utilization: percent },
    { requiredKeys: [] },
  );
  const known = fc.record(
    {
      five_hour: fc.oneof(windowLike, json),
      seven_day: fc.oneof(windowLike, json),
      seven_day_opus: fc.oneof(windowLike, json),
      limits: fc.oneof(fc.array(fc.oneof(limitLike, json)), json),
      extra_usage: fc.oneof(extraLike, json),
      spend: fc.oneof(spendLike, json),
    },
    { requiredKeys: [] },
  );
  const bodyLike = fc.tuple(known, fc.dictionary(name, fc.oneof(windowLike, json)));

  test("any JSON is read honestly or refused as changed", () => {
    fc.assert(fc.property(fc.jsonValue(), expectHonest), { seed: 2, numRuns: 1000 });
  });

  test("anything that looks like a body is read honestly or refused as changed", () => {
    const check = ([keys, codenames]: [JsonObject, JsonObject]) => expectHonest({ ...codenames, ...keys });
    fc.assert(fc.property(bodyLike, check), { seed: 3, numRuns: 2000 });
  });

  test("a real body with one part replaced by anything is read honestly", () => {
    const pick = fc.constantFrom(...bodies.everyBody.map(({ body }) => body));
    const broken = pick.chain((body) =>
      fc.tuple(fc.constantFrom(...Object.keys(body)), fc.oneof(windowLike, json)).map(([key, value]) => {
        const changed: JsonObject = { ...body, [key]: value };
        return changed;
      }),
    );
    fc.assert(fc.property(broken, expectHonest), { seed: 4, numRuns: 1000 });
  });
});

describe("what this version has no word for", () => {
  const known = { five_hour: { utilization: 1, resets_at: null }, seven_day: null };
  const pool = { utilization: 5, resets_at: null, limit_dollars: 100, used_dollars: 5 };

  test.each<[string, Record<string, unknown>, string[]]>([
    ["nothing in a known body", known, []],
    ["not a codename that is null", { ...known, amber_gauge: null }, []],
    ["not a placeholder", { ...known, nimbus_quill: { utilization: 0, resets_at: null } }, []],
    ["not a pool, which is known by its shape", { ...known, iguana_necktie: pool }, []],
    ["a window under a new name", { ...known, thirty_day: { utilization: 7, resets_at: null } }, ["window thirty_day"]],
    ["a key of another shape", { ...known, hints: { text: "x" } }, ["key hints"]],
    ["the kind of a limit", { ...known, limits: [{ kind: "session" }, { kind: "hourly" }] }, ["kind hourly"]],
    ["a limit without a kind", { ...known, limits: [{ percent: 5 }] }, ["kind unreadable"]],
  ])("is %s", (_name, body, expected) => {
    expect(findDrift(body).map(({ what, name }) => `${what} ${name}`)).toEqual(expected);
  });
});
