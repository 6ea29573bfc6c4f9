// The one rule of readings: a table over source, order, value, period and age, and what no order of arrival may change.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideGate } from "../../bridge/cli/gate/decide-gate.ts";
import { decideValue, type WindowReading } from "../../shared/decide-value.ts";
import { toRow } from "../../shared/freshness.ts";
import type { SourceRecord } from "../../shared/reading.ts";
import { createRowWindow, createStoredRow } from "./wire-examples.ts";

const NOW_MS = Date.parse("2026-11-20T10:00:00.000Z");
const RESET = "2026-11-20T12:00:00.000Z";
const NEXT_RESET = "2026-11-20T15:00:00.000Z";
const PASSED = "2026-11-20T09:59:59.000Z";

function toAt(ageSeconds: number): string {
  return new Date(NOW_MS - ageSeconds * 1000).toISOString();
}

type Said = { source?: string; age: number; value: number; reset?: string | null };

function say({ source = "statusline", age, value, reset = RESET }: Said): WindowReading {
  return { source, observed_at: toAt(age), utilization: value, resets_at: reset };
}

/** The gate as a pane asks it, of a row with this window alone. */
function toVerdict(readings: readonly WindowReading[]): string {
  const [first] = readings;
  const row = createStoredRow({
    usage: null,
    fetched_at: first?.observed_at ?? toAt(0),
    windows: [createRowWindow({ utilization: null, resets_at: null, source: "statusline" })],
    sources: readings.map(
      ({ source, observed_at, utilization, resets_at }): SourceRecord => ({
        source,
        observed_at,
        windows: { five_hour: { utilization, resets_at, observed_at } },
      }),
    ),
  });
  const limits = { maxPercent: 90, model: undefined, windows: undefined, maxAgeMs: 600_000 };
  const decision = decideGate(
    { kind: "row", row: toRow(row, NOW_MS), installs: [] },
    { ...limits, moneyMaxPercent: undefined, forecastMs: undefined },
    NOW_MS,
  );
  return decision.verdict === "doubt" ? decision.reason : decision.verdict;
}

const FIRST_VALUE = 93;

/**
 * The first reading, 93 %, is the extension's and of this age; the second one is compared with it. What is shown is the second
 * one's value ("new") or the first one's ("old"), and a star says disputed.
 */
type Column = "direct higher" | "direct lower" | "reported higher" | "reported lower";
type Line = Record<Column, string>;
const ALL_NEW: Line = {
  "direct higher": "new",
  "direct lower": "new",
  "reported higher": "new",
  "reported lower": "new",
};
const ALL_OLD: Line = {
  "direct higher": "old",
  "direct lower": "old",
  "reported higher": "old",
  "reported lower": "old",
};
/** Of one moment: the higher one, and both contradict each other. */
const HIGHER: Line = {
  "direct higher": "new*",
  "direct lower": "old*",
  "reported higher": "new*",
  "reported lower": "old*",
};
const GUARDED: Line = { ...ALL_NEW, "reported lower": "old" };

const same: [first: number, second: number, shown: Line][] = [
  // Second older than the first.
  [0, 100, HIGHER],
  [0, 200, ALL_OLD],
  [0, 400, ALL_OLD],
  [0, 590, ALL_OLD],
  [0, 620, ALL_OLD],
  [400, 590, ALL_OLD],
  [590, 620, HIGHER],
  // The same moment.
  [0, 0, HIGHER],
  [590, 590, HIGHER],
  [620, 620, HIGHER],
  // Second newer.
  [100, 0, HIGHER],
  [200, 0, GUARDED],
  [400, 0, GUARDED],
  [590, 0, GUARDED],
  [590, 400, GUARDED],
  [599.999, 0, GUARDED],
  [600, 0, ALL_NEW],
  [620, 0, ALL_NEW],
  [620, 400, ALL_NEW],
];
/** The second one says that the window resets three hours later. */
const REPORTED_OLD: Line = { ...ALL_NEW, "reported higher": "old", "reported lower": "old" };
const later: [first: number, second: number, shown: Line][] = [
  [0, 100, REPORTED_OLD],
  [0, 620, REPORTED_OLD],
  [0, 0, REPORTED_OLD],
  [100, 0, REPORTED_OLD],
  [200, 0, REPORTED_OLD],
  [400, 0, REPORTED_OLD],
  [590, 0, REPORTED_OLD],
  [620, 590, { ...ALL_NEW }],
  [620, 0, ALL_NEW],
];

const values: Record<string, number> = { higher: 99, lower: 20 };

function toCases(table: typeof same, reset: string, period: string) {
  return table.flatMap(([first, second, line]) =>
    Object.entries(line).map(([column, shown]) => {
      const [kind = "", height = ""] = column.split(" ");
      const value = values[height] ?? 0;
      const readings = [
        say({ source: "extension", age: first, value: FIRST_VALUE }),
        say({ source: kind === "direct" ? "proxy" : "statusline", age: second, value, reset }),
      ];
      const percent = shown.startsWith("new") ? value : FIRST_VALUE;
      const age = shown.endsWith("*") ? Math.min(first, second) : shown.startsWith("new") ? second : first;
      const verdict = age > 600 ? "stale" : percent >= 90 ? "over" : "go";
      const name = `${first} s old against ${second} s, ${column}, ${period} period: ${shown}, ${verdict}`;
      return { name, readings, percent, isDisputed: shown.endsWith("*"), verdict };
    }),
  );
}

describe("of two sources", () => {
  test.each([...toCases(same, RESET, "same"), ...toCases(later, NEXT_RESET, "later")])(
    "$name",
    ({ readings, percent, isDisputed, verdict }) => {
      for (const order of [readings, readings.toReversed()]) {
        const decided = decideValue(order, NOW_MS);
        expect(decided.reading?.utilization).toBe(percent);
        expect(decided.isDisputed).toBe(isDisputed);
        expect(toVerdict(order)).toBe(verdict);
      }
    },
  );
});

describe("a reading", () => {
  const cases: [name: string, readings: WindowReading[], shown: number | undefined][] = [
    ["dated 121 s ahead gives no value", [say({ age: -121, value: 5 })], undefined],
    ["dated 120 s ahead does", [say({ age: -120, value: 5 })], 5],
    [
      "dated ahead does not hide another",
      [say({ age: -121, value: 5 }), say({ source: "oauth", age: 30, value: 9 })],
      9,
    ],
    ["whose reset has passed is all that is left", [say({ age: 30, value: 97, reset: PASSED })], 97],
    [
      "that is reported begins a period once the known reset has passed, whatever the age",
      [say({ source: "extension", age: 5, value: 97, reset: PASSED }), say({ age: 1, value: 2 })],
      2,
    ],
    [
      "whose reset jitters by five minutes is of the same period",
      [
        say({ source: "extension", age: 200, value: 50 }),
        say({ age: 1, value: 60, reset: "2026-11-20T12:05:00.000Z" }),
      ],
      60,
    ],
    [
      "of an earlier period is passed over",
      [say({ source: "extension", age: 200, value: 5, reset: NEXT_RESET }), say({ age: 1, value: 97 })],
      5,
    ],
    [
      "of a window that has not started gives way to the first message",
      [say({ source: "extension", age: 200, value: 0, reset: null }), say({ age: 1, value: 1 })],
      1,
    ],
    [
      "of a source that nobody knows counts as reported",
      [say({ source: "extension", age: 200, value: 50 }), say({ source: "later", age: 1, value: 20 })],
      50,
    ],
    [
      "that is reported is not lowered by a second one while a direct one is young",
      [
        say({ source: "extension", age: 300, value: 50 }),
        say({ source: "stream", age: 200, value: 90 }),
        say({ age: 1, value: 60 }),
      ],
      90,
    ],
  ];
  test.each(cases)("%s", (_name, readings, shown) => {
    expect(decideValue(readings, NOW_MS).reading?.utilization).toBe(shown);
  });

  test("five points apart is no dispute, more is", () => {
    const read = (value: number) =>
      decideValue([say({ source: "extension", age: 30, value: 42 }), say({ age: 60, value })], NOW_MS).isDisputed;
    expect(read(47)).toBe(false);
    expect(read(47.1)).toBe(true);
  });
});

const SOURCES = ["extension", "claude-code", "proxy", "oauth", "statusline", "stream", "transcript"];
const anyReading = fc
  .record({
    source: fc.constantFrom(...SOURCES),
    age: fc.constantFrom(-130, -60, 0, 1, 100, 149, 150, 151, 200, 400, 590, 599, 600, 620, 5_000),
    value: fc.constantFrom(0, 5, 42, 47, 50, 89.9, 90, 97, 100, 105),
    reset: fc.constantFrom(RESET, "2026-11-20T12:04:00.000Z", NEXT_RESET, PASSED, null),
  })
  .map(say);
/** One register per source, as a row has them. */
const anyReadings = fc.uniqueArray(anyReading, { selector: ({ source }) => source, maxLength: 7 });

describe("whatever is read", () => {
  test("no order of arrival changes the value", () => {
    fc.assert(
      fc.property(
        anyReadings.chain((readings) =>
          fc.tuple(fc.constant(readings), fc.shuffledSubarray(readings, { minLength: readings.length })),
        ),
        ([readings, shuffled]) => {
          expect(decideValue(shuffled, NOW_MS)).toEqual(decideValue(readings, NOW_MS));
        },
      ),
    );
  });

  const isReported = ({ source }: WindowReading) => ["statusline", "stream", "transcript"].includes(source);

  test("no reported reading opens a gate that a direct one younger than 600 s closes", () => {
    fc.assert(
      fc.property(anyReadings, (readings) => {
        const direct = readings.filter((each) => !isReported(each));
        const closing = decideValue(direct, NOW_MS).reading;
        const ageMs = closing ? NOW_MS - Date.parse(closing.observed_at) : 0;
        fc.pre(toVerdict(direct) === "over" && ageMs < 600_000);
        expect(toVerdict(readings)).toBe("over");
      }),
    );
  });

  test("a newer higher reading of the same period always closes it", () => {
    fc.assert(
      fc.property(anyReadings, fc.constantFrom(...SOURCES), (readings, source) => {
        const others = readings.filter((each) => each.source !== source && Date.parse(each.observed_at) < NOW_MS);
        const shown = decideValue(others, NOW_MS).reading;
        const reset = shown && shown.resets_at !== PASSED ? shown.resets_at : RESET;
        fc.pre((shown?.utilization ?? 0) <= 100);
        expect(toVerdict([...others, say({ source, age: 0, value: 100, reset })])).toBe("over");
      }),
    );
  });
});
