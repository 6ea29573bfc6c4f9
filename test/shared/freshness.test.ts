// How a row ages and what each of its windows says at a given clock.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideBinding, decideFreshness, toRow, toWindowAt } from "../../shared/freshness.ts";
import { type RowWindow, rowWindowSchema } from "../../shared/row.ts";
import { createRowWindow, createStoredRow, createUsageWindow } from "./wire-examples.ts";

const SECOND = 1000;
const now = Date.parse("2026-11-20T10:00:00.000Z");
const at = (ms: number) => new Date(now + ms).toISOString();

describe("freshness by age", () => {
  test.each([
    [-120_001, "stale"],
    [-120_000, "fresh"],
    [-1, "fresh"],
    [0, "fresh"],
    [149_999, "fresh"],
    [150_000, "fresh"],
    [150_001, "aging"],
    [599_999, "aging"],
    [600_000, "aging"],
    [600_001, "stale"],
    [86_400_000, "stale"],
    [Number.POSITIVE_INFINITY, "stale"],
    [Number.NEGATIVE_INFINITY, "stale"],
    [Number.NaN, "stale"],
  ])("%d ms old is %s", (ageMs, freshness) => {
    expect(decideFreshness(ageMs)).toBe(freshness);
  });
});

describe("a row at a clock", () => {
  test.each([
    { name: "just read", fetched_at: at(0), age_seconds: 0, state: "fresh", stale: false },
    { name: "half a second old", fetched_at: at(-500), age_seconds: 1, state: "fresh", stale: false },
    { name: "12 s old", fetched_at: at(-12 * SECOND), age_seconds: 12, state: "fresh", stale: false },
    { name: "150 s old", fetched_at: at(-150 * SECOND), age_seconds: 150, state: "fresh", stale: false },
    { name: "151 s old", fetched_at: at(-151 * SECOND), age_seconds: 151, state: "aging", stale: false },
    { name: "600 s old", fetched_at: at(-600 * SECOND), age_seconds: 600, state: "aging", stale: false },
    { name: "601 s old", fetched_at: at(-601 * SECOND), age_seconds: 601, state: "stale", stale: true },
    { name: "a minute ahead", fetched_at: at(60 * SECOND), age_seconds: 0, state: "fresh", stale: false },
    { name: "an hour ahead", fetched_at: at(3600 * SECOND), age_seconds: 0, state: "stale", stale: true },
    { name: "from 2099", fetched_at: "2099-01-01T00:00:00.000Z", age_seconds: 0, state: "stale", stale: true },
  ])("$name is $state", ({ name: _, fetched_at, ...expected }) => {
    expect(toRow(createStoredRow({ fetched_at }), now)).toMatchObject({ ...expected, fetched_at });
  });

  test("its windows and what binds follow the clock, whatever was stored", () => {
    const stored = createStoredRow({
      windows: [
        createRowWindow({ id: "five_hour", utilization: 95, resets_at: at(-1), state: "open" }),
        createRowWindow({ id: "seven_day", utilization: 60, resets_at: at(1), state: "unknown" }),
      ],
      binding: "five_hour",
    });
    const row = toRow(stored, now);
    expect(row.binding).toBe("seven_day");
    expect(row.windows.map(({ state }) => state)).toEqual(["rolled", "open"]);
  });

  test("the stored row stays as it was", () => {
    const stored = createStoredRow({ windows: [createRowWindow({ resets_at: at(-1) })] });
    const before = structuredClone(stored);
    toRow(stored, now);
    expect(stored).toEqual(before);
  });
});

describe("a window at a clock", () => {
  test.each([
    { name: "counting", utilization: 42, resets_at: at(1), state: "open", shown: 42, last: null },
    { name: "counting, no reset known", utilization: 42, resets_at: null, state: "open", shown: 42, last: null },
    { name: "started at 0 %", utilization: 0, resets_at: at(1), state: "open", shown: 0, last: null },
    { name: "not started", utilization: 0, resets_at: null, state: "idle", shown: 0, last: null },
    { name: "not known", utilization: null, resets_at: at(1), state: "unknown", shown: null, last: null },
    { name: "nothing known", utilization: null, resets_at: null, state: "unknown", shown: null, last: null },
    {
      name: "not known, reset passed",
      utilization: null,
      resets_at: at(-1),
      state: "unknown",
      shown: null,
      last: null,
    },
    { name: "reset this moment", utilization: 42, resets_at: at(0), state: "rolled", shown: null, last: 42 },
    { name: "reset long ago", utilization: 100, resets_at: at(-1e9), state: "rolled", shown: null, last: 100 },
    { name: "0 %, reset passed", utilization: 0, resets_at: at(-1), state: "rolled", shown: null, last: 0 },
  ])("$name: $state", ({ utilization, resets_at, state, shown, last }) => {
    const window = toWindowAt(createUsageWindow({ utilization, resets_at }), now);
    expect(window).toMatchObject({ state, utilization: shown, last_known: last, resets_at });
  });

  test("a clock set back gives the value back", () => {
    const rolled = toWindowAt(createUsageWindow({ utilization: 42, resets_at: at(0) }), now);
    expect(toWindowAt(rolled, now - 1)).toMatchObject({ state: "open", utilization: 42, last_known: null });
  });

  const moment = fc.integer({ min: -1e7, max: 1e7 });
  const utilization = fc.option(fc.double({ min: 0, max: 1000, noNaN: true }));
  const reset = fc.option(moment.map(at));
  const anyWindow = fc
    .record({ utilization, resets_at: reset })
    .map(({ utilization: percent, resets_at }) => createUsageWindow({ utilization: percent, resets_at }));

  test("looking in between, earlier or later, does not change what a clock says", () => {
    fc.assert(
      fc.property(anyWindow, fc.array(moment), moment, (window, detours, last) => {
        let seen: Parameters<typeof toWindowAt>[0] = window;
        for (const detour of detours) seen = toWindowAt(seen, now + detour);
        expect(toWindowAt(seen, now + last)).toEqual(toWindowAt(window, now + last));
      }),
      { seed: 1, numRuns: 1000 },
    );
  });

  test("what is shown fits the file, and a value is in exactly one place", () => {
    fc.assert(
      fc.property(anyWindow, moment, (window, clock) => {
        const shown = toWindowAt(window, now + clock);
        expect(rowWindowSchema.safeParse(shown).error).toBeUndefined();
        expect(shown.utilization ?? shown.last_known).toBe(window.utilization);
        expect(shown.utilization !== null && shown.last_known !== null).toBe(false);
        expect(shown.last_known !== null).toBe(shown.state === "rolled");
      }),
      { seed: 2, numRuns: 1000 },
    );
  });
});

describe("the window that binds", () => {
  const five = createRowWindow({ id: "five_hour", utilization: 40 });
  const seven = createRowWindow({ id: "seven_day", utilization: 60 });
  const apps = createRowWindow({ id: "seven_day_oauth_apps", utilization: 70 });
  const unknownKind = createRowWindow({ id: "monthly_all", utilization: 71 });
  const fable = createRowWindow({ id: "scoped:fable", scope: "model", model: "Fable", utilization: 100 });
  const surface = createRowWindow({ id: "scoped:cowork", scope: "surface", utilization: 100 });
  const pool = createRowWindow({ id: "pool:x", scope: "pool", utilization: 100, dollars: { used: 9, limit: 9 } });
  const full = { utilization: 100, id: "full" };

  const cases: { name: string; windows: RowWindow[]; binding: string | null }[] = [
    { name: "the fullest", windows: [five, seven], binding: "seven_day" },
    { name: "the fullest, in any order", windows: [seven, five], binding: "seven_day" },
    { name: "OAuth apps too", windows: [five, seven, apps], binding: "seven_day_oauth_apps" },
    { name: "what is new and not scoped", windows: [five, seven, unknownKind], binding: "monthly_all" },
    { name: "never a model's", windows: [five, fable], binding: "five_hour" },
    { name: "never a surface's", windows: [five, surface], binding: "five_hour" },
    { name: "never a pool", windows: [five, pool], binding: "five_hour" },
    { name: "of two equal ones the first", windows: [seven, { ...five, utilization: 60 }], binding: "seven_day" },
    {
      name: "never a rolled one",
      windows: [five, createRowWindow({ ...full, state: "rolled" })],
      binding: "five_hour",
    },
    {
      name: "never an unknown one",
      windows: [five, createRowWindow({ ...full, state: "unknown" })],
      binding: "five_hour",
    },
    { name: "never an idle one", windows: [createRowWindow({ utilization: 0, state: "idle" })], binding: null },
    { name: "one open at 0 %", windows: [createRowWindow({ utilization: 0, resets_at: at(1) })], binding: "five_hour" },
    { name: "one above 100 %", windows: [five, { ...seven, utilization: 103 }], binding: "seven_day" },
    { name: "none of scoped ones only", windows: [fable, surface, pool], binding: null },
    { name: "none without windows", windows: [], binding: null },
  ];

  test.each(cases)("is $name", ({ windows, binding }) => {
    expect(decideBinding(windows)).toBe(binding);
  });
});
