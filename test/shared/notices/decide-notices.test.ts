// Who is told what and when: each crossing and each reset once, and nothing on doubt.
import { describe, expect, test } from "vitest";
import type { Shown } from "../../../extension/meter-state.ts";
import { initialSettings, type Settings } from "../../../extension/settings.ts";
import { decideNotices } from "../../../shared/notices/decide-notices.ts";
import type { Told } from "../../../shared/notices/told.ts";
import { toIso } from "../../../shared/time.ts";
import type { UsageWindow } from "../../../shared/usage-window.ts";
import { createShown, createUsageWindow } from "../../shared/wire-examples.ts";

const NOON = new Date(2026, 10, 20, 12, 0).getTime();
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const R = NOON + 2 * HOUR;
const LATER = R + 5 * HOUR;
const OTHER_ORG = "00000000-0000-4000-8000-0000000000b2";

const settings: Settings = { ...initialSettings, notices: { isOn: true, warning: true, critical: true, reset: true } };
const wish = (notices: Partial<Settings["notices"]>) => ({ ...settings, notices: { ...settings.notices, ...notices } });
const asleep = { ...settings, quietHours: { isOn: true, from: "12:02", until: "12:04" } };

/** A reading so many minutes after noon. */
type Reading = {
  at: number;
  used: number | null;
  resets?: number | null;
  ageMs?: number;
  settings?: Settings;
} & Partial<UsageWindow>;

function toReading({ at, used, resets = R, ageMs = 0, settings: _, ...window }: Reading): Shown {
  const resets_at = resets === null ? null : toIso(resets);
  return createShown({
    fetched_at: toIso(NOON + at * MINUTE - ageMs),
    windows: [createUsageWindow({ utilization: used, resets_at, severity: null, ...window })],
  });
}

/** "12:01 critical", for each notice in turn. */
function tell(readings: readonly Reading[], toRows = (row: Shown): Shown[] => [row]): string[] {
  let told: Told[] = [];
  return readings.flatMap((reading) => {
    const seen = { rows: toRows(toReading(reading)), nowMs: NOON + reading.at * MINUTE };
    const decided = decideNotices(reading.settings ?? settings, told, seen);
    told = decided.told;
    return decided.notices.map(
      ({ kind, window }) => `${reading.at} ${kind}${window.id === "five_hour" ? "" : ` ${window.id}`}`,
    );
  });
}

describe("a threshold is told once until the reset", () => {
  test.each<{ name: string; readings: Reading[]; told: string[] }>([
    { name: "under it: nothing", readings: [{ at: 0, used: 79.9 }], told: [] },
    {
      name: "reached",
      readings: [
        { at: 0, used: 79 },
        { at: 1, used: 80 },
        { at: 2, used: 81 },
      ],
      told: ["1 warning"],
    },
    {
      name: "over it at the first look",
      readings: [
        { at: 0, used: 90 },
        { at: 1, used: 90 },
      ],
      told: ["0 warning"],
    },
    {
      name: "one after the other",
      readings: [
        { at: 0, used: 85 },
        { at: 1, used: 96 },
        { at: 2, used: 97 },
      ],
      told: ["0 warning", "1 critical"],
    },
    {
      name: "both at once are one",
      readings: [
        { at: 0, used: 50 },
        { at: 1, used: 97 },
        { at: 2, used: 85 },
      ],
      told: ["1 critical"],
    },
    {
      name: "a value that jitters around it",
      readings: [
        { at: 0, used: 80 },
        { at: 1, used: 79 },
        { at: 2, used: 80 },
        { at: 3, used: 79 },
        { at: 4, used: 81 },
      ],
      told: ["0 warning"],
    },
    {
      name: "a reset time that jitters by a second",
      readings: [
        { at: 0, used: 80, resets: R - 1 },
        { at: 1, used: 80, resets: R + 999 },
        { at: 2, used: 81, resets: R },
      ],
      told: ["0 warning"],
    },
    {
      name: "a flicker 93-23-93",
      readings: [
        { at: 0, used: 93 },
        { at: 1, used: 23 },
        { at: 2, used: 93 },
      ],
      told: ["0 warning"],
    },
    {
      name: "a flicker to another period and back",
      readings: [
        { at: 0, used: 93 },
        { at: 1, used: 23, resets: LATER },
        { at: 2, used: 93 },
      ],
      told: ["0 warning"],
    },
    {
      name: "a flicker that comes again and again",
      readings: [0, 1, 2, 3, 4, 5, 6, 7].map((at) => ({ at, used: at % 3 === 0 ? 93 : 23 })),
      told: ["0 warning"],
    },
    {
      name: "a reset time that is put off",
      readings: [
        { at: 0, used: 93 },
        { at: 1, used: 93, resets: R + HOUR },
        { at: 2, used: 94 },
      ],
      told: ["0 warning"],
    },
    {
      name: "a reset time that is missing once",
      readings: [
        { at: 0, used: 93 },
        { at: 1, used: 93, resets: null },
        { at: 2, used: 93 },
      ],
      told: ["0 warning"],
    },
    {
      name: "the server's own word counts",
      readings: [
        { at: 0, used: 40, severity: "warning" },
        { at: 1, used: 41, severity: "critical" },
      ],
      told: ["0 warning", "1 critical"],
    },
    {
      name: "no reset time at all",
      readings: [
        { at: 0, used: 93, resets: null },
        { at: 1, used: 94, resets: null },
      ],
      told: ["0 warning"],
    },
  ])("$name", ({ readings, told }) => {
    expect(tell(readings)).toEqual(told);
  });
});

describe("after a reset all begins again, and the reset itself is told once", () => {
  const over = { at: 0, used: 96 };
  const toLows = (from: number, until: number, resets: number): Reading[] =>
    Array.from({ length: until - from + 1 }, (_, index) => ({ at: from + index, used: 2, resets }));
  test.each<{ name: string; readings: Reading[]; told: string[] }>([
    {
      name: "of a window that was over a threshold",
      readings: [over, { at: 121, used: 2, resets: LATER }, { at: 122, used: 3, resets: LATER }],
      told: ["0 critical", "121 reset"],
    },
    {
      name: "not of one that was not",
      readings: [
        { at: 0, used: 60 },
        { at: 121, used: 2, resets: LATER },
      ],
      told: [],
    },
    {
      name: "also when it was over for a while only",
      readings: [over, { at: 1, used: 70 }, { at: 121, used: 2, resets: LATER }],
      told: ["0 critical", "121 reset"],
    },
    {
      name: "also when the window then rests",
      readings: [over, { at: 121, used: 0, resets: null }, { at: 122, used: 0, resets: null }],
      told: ["0 critical", "121 reset"],
    },
    {
      name: "late, when nobody looked for hours",
      readings: [over, { at: 600, used: 2, resets: NOON + 13 * HOUR }],
      told: ["0 critical", "600 reset"],
    },
    {
      name: "not when the next period is over a threshold already",
      readings: [over, { at: 130, used: 85, resets: LATER }, { at: 131, used: 79, resets: LATER }],
      told: ["0 critical", "130 warning"],
    },
    {
      name: "a new crossing is told again",
      readings: [over, { at: 121, used: 2, resets: LATER }, { at: 200, used: 97, resets: LATER }],
      told: ["0 critical", "121 reset", "200 critical"],
    },
    {
      name: "an old answer after it is no crossing",
      readings: [over, { at: 121, used: 2, resets: LATER }, { at: 122, used: 96 }, { at: 123, used: 2, resets: LATER }],
      told: ["0 critical", "121 reset"],
    },
    {
      name: "before its time, once ten readings say so",
      readings: [over, ...toLows(1, 11, LATER)],
      told: ["0 critical", "10 reset"],
    },
    {
      name: "before its time, with the old reset time",
      readings: [over, ...toLows(1, 10, R), { at: 90, used: 96 }],
      told: ["0 critical", "10 reset", "90 critical"],
    },
    {
      name: "not for two low answers with a night between them",
      readings: [over, { at: 1, used: 2 }, { at: 60, used: 2 }, { at: 61, used: 96 }],
      told: ["0 critical"],
    },
    {
      name: "not for one low answer that is looked at again and again",
      readings: [
        over,
        ...toLows(1, 9, R).map(({ at }) => ({ at, used: 2, ageMs: (at - 1) * MINUTE })),
        ...toLows(10, 12, R),
      ],
      told: ["0 critical"],
    },
  ])("$name", ({ readings, told }) => {
    expect(tell(readings)).toEqual(told);
  });
});

describe("nothing is told", () => {
  test.each<{ name: string; reading: Partial<Reading>; toRow?: (row: Shown) => Shown }>([
    { name: "of a stale row", reading: { ageMs: 11 * MINUTE } },
    { name: "of a row from the future", reading: { ageMs: -3 * MINUTE } },
    { name: "of a window whose reset has passed", reading: { resets: NOON - 1 } },
    { name: "of an unknown value", reading: { used: null } },
    { name: "of a pool", reading: { scope: "pool" } },
    { name: "of a surface", reading: { scope: "surface" } },
    { name: "while it is switched off", reading: { settings: wish({ isOn: false }) } },
    { name: "when no threshold is wanted", reading: { settings: wish({ warning: false, critical: false }) } },
    { name: "of an account that nobody knows", reading: {}, toRow: (row) => ({ ...row, account_uuid: null }) },
  ])("$name", ({ reading, toRow = (row) => row }) => {
    expect(tell([{ at: 0, used: 99, ...reading }], (row) => [toRow(row)])).toEqual([]);
  });
});

describe("wishes", () => {
  test.each<{ name: string; readings: Reading[]; told: string[] }>([
    {
      name: "only the warning: also when it is passed in one leap",
      readings: [{ at: 0, used: 99, settings: wish({ critical: false }) }],
      told: ["0 warning"],
    },
    {
      name: "only critical",
      readings: [
        { at: 0, used: 85, settings: wish({ warning: false }) },
        { at: 1, used: 99, settings: wish({ warning: false }) },
      ],
      told: ["1 critical"],
    },
    {
      name: "no reset",
      readings: [
        { at: 0, used: 99 },
        { at: 121, used: 1, resets: LATER, settings: wish({ reset: false }) },
        { at: 122, used: 1, resets: LATER },
      ],
      told: ["0 critical"],
    },
    {
      name: "only the reset",
      readings: [
        { at: 0, used: 99, settings: wish({ warning: false, critical: false }) },
        { at: 121, used: 1, resets: LATER },
      ],
      told: ["121 reset"],
    },
    {
      name: "switched off and on again: nothing twice",
      readings: [
        { at: 0, used: 99 },
        { at: 1, used: 99, settings: wish({ isOn: false }) },
        { at: 2, used: 99 },
      ],
      told: ["0 critical"],
    },
    {
      name: "switched on over a threshold: told",
      readings: [
        { at: 0, used: 99, settings: wish({ isOn: false }) },
        { at: 1, used: 99 },
      ],
      told: ["1 critical"],
    },
    {
      name: "a lower threshold afterwards: nothing twice",
      readings: [
        { at: 0, used: 85 },
        { at: 1, used: 85, settings: { ...settings, thresholds: { warning: 50, critical: 95 } } },
      ],
      told: ["0 warning"],
    },
  ])("$name", ({ readings, told }) => {
    expect(tell(readings)).toEqual(told);
  });
});

describe("quiet hours, from 12:02 until 12:04", () => {
  const quiet = (readings: Reading[]) => readings.map((reading) => ({ ...reading, settings: asleep }));
  test.each<{ name: string; readings: Reading[]; told: string[] }>([
    {
      name: "a crossing in them is told once they are over, once",
      readings: [
        { at: 1, used: 79 },
        { at: 2, used: 96 },
        { at: 3, used: 96 },
        { at: 4, used: 96 },
        { at: 5, used: 96 },
      ],
      told: ["4 critical"],
    },
    {
      name: "not when it holds no longer",
      readings: [
        { at: 2, used: 96 },
        { at: 4, used: 70 },
      ],
      told: [],
    },
    {
      name: "what was told before is not told again",
      readings: [
        { at: 1, used: 96 },
        { at: 3, used: 96 },
        { at: 4, used: 96 },
      ],
      told: ["1 critical"],
    },
    {
      name: "a reset in them is told when they are over",
      readings: [
        { at: 1, used: 96, resets: NOON + 2 * MINUTE },
        { at: 3, used: 2 },
        { at: 4, used: 2 },
        { at: 5, used: 2 },
      ],
      told: ["1 critical", "4 reset"],
    },
  ])("$name", ({ readings, told }) => {
    expect(tell(quiet(readings))).toEqual(told);
  });
});

test("every organisation, account and window has its own", () => {
  const toRows = (row: Shown): Shown[] => [
    row,
    { ...row, org_uuid: OTHER_ORG },
    { ...row, account_uuid: OTHER_ORG },
    {
      ...row,
      org_uuid: OTHER_ORG,
      windows: row.windows.map((window) => ({ ...window, id: "scoped:fable", scope: "model" })),
    },
  ];
  expect(
    tell(
      [
        { at: 0, used: 85 },
        { at: 1, used: 85 },
      ],
      toRows,
    ),
  ).toEqual(["0 warning", "0 warning", "0 warning", "0 warning scoped:fable"]);
});

test("what is remembered is bounded: calm windows are not, others until they are gone for eight days", () => {
  const look = (used: number, before: readonly Told[], at: number, organisation = 0) => {
    const row = {
      ...toReading({ at, used, resets: NOON + 99 * 24 * HOUR }),
      org_uuid: `00000000-0000-4000-8000-${String(organisation).padStart(12, "0")}`,
    };
    return decideNotices(settings, before, { rows: [row], nowMs: NOON + at * MINUTE }).told;
  };
  expect(look(50, [], 0)).toEqual([]);
  const over = look(96, [], 0);
  expect(over).toHaveLength(1);
  const day = 24 * 60;
  expect(look(50, over, 7 * day, 1)).toEqual(over);
  expect(look(50, over, 8 * day, 1)).toEqual([]);
  let many: Told[] = [];
  for (let organisation = 0; organisation < 300; organisation += 1) many = look(96, many, 1, organisation);
  expect(many).toHaveLength(200);
});
