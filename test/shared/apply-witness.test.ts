// How the two sources of a row are weighed against each other, seen through the row that a reader gets.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Row, toRow } from "../../shared/freshness.ts";
import type { StoredRow } from "../../shared/row.ts";
import type { Witness } from "../../shared/witness.ts";
import { createRowWindow, createStoredRow } from "./wire-examples.ts";

const READ_AT = "2026-11-20T10:00:00.000Z";
const RESET = "2026-11-20T12:00:00.000Z";
const WEEK_RESET = "2026-11-24T07:00:00.000Z";

function at(seconds: number): string {
  return new Date(Date.parse(READ_AT) + seconds * 1000).toISOString();
}

function createRead(utilization: number | null, resetsAt: string | null = RESET): StoredRow {
  return createStoredRow({
    fetched_at: READ_AT,
    windows: [
      createRowWindow({ utilization, resets_at: resetsAt }),
      createRowWindow({ id: "seven_day", label: "Weekly", utilization: 63, resets_at: WEEK_RESET }),
      createRowWindow({ id: "scoped:fable", label: "Weekly, Fable", model: "Fable", scope: "model", utilization: 71 }),
    ],
  });
}

type Said = { seconds: number; utilization: number; resetsAt?: string | null };

function createSaid({ seconds, utilization, resetsAt = RESET }: Said): Witness {
  return { observed_at: at(seconds), windows: { five_hour: { utilization, resets_at: resetsAt } } };
}

function readAt(seconds: number, row: StoredRow): Row {
  return toRow(row, Date.parse(at(seconds)));
}

function findWindow(row: Row, id: string) {
  return row.windows.find((window) => window.id === id);
}

describe("two readings of one moment", () => {
  const cases = [
    { name: "agree exactly", read: 42, said: { seconds: 0, utilization: 42 }, shown: 42, disputed: false },
    { name: "differ by five points", read: 42, said: { seconds: 30, utilization: 47 }, shown: 42, disputed: false },
    { name: "differ by more", read: 42, said: { seconds: 30, utilization: 47.1 }, shown: 47.1, disputed: true },
    { name: "differ, the witness lower", read: 42, said: { seconds: 30, utilization: 20 }, shown: 42, disputed: true },
    {
      name: "differ, the witness older",
      read: 42,
      said: { seconds: -150, utilization: 90 },
      shown: 90,
      disputed: true,
    },
    { name: "differ at 150 s", read: 42, said: { seconds: 150, utilization: 90 }, shown: 90, disputed: true },
    { name: "are of two moments", read: 42, said: { seconds: 151, utilization: 90 }, shown: 42, disputed: false },
    {
      name: "are of two moments before",
      read: 42,
      said: { seconds: -151, utilization: 90 },
      shown: 42,
      disputed: false,
    },
    {
      name: "have resets within a minute",
      read: 42,
      said: { seconds: 0, utilization: 90, resetsAt: "2026-11-20T11:59:00.000Z" },
      shown: 90,
      disputed: true,
    },
    {
      name: "are of two windows",
      read: 3,
      said: { seconds: 0, utilization: 97, resetsAt: "2026-11-20T11:58:59.000Z" },
      shown: 3,
      disputed: false,
    },
    {
      name: "are of a window that has started for one of them only",
      read: 0,
      said: { seconds: 0, utilization: 97, resetsAt: null },
      shown: 0,
      disputed: false,
    },
    {
      name: "have one number between them",
      read: null,
      said: { seconds: 0, utilization: 9 },
      shown: null,
      disputed: false,
    },
  ];
  test.each(cases)("that $name show $shown", ({ read, said, shown, disputed }) => {
    const row = readAt(160, { ...createRead(read), witness: createSaid(said) });
    expect(findWindow(row, "five_hour")?.utilization).toBe(shown);
    expect(row.disputed).toBe(disputed ? true : undefined);
    expect(row).toMatchObject({ source: "extension", fetched_at: READ_AT });
  });

  test("that contradict each other never show the lower one", () => {
    const percent = fc.double({ min: 0, max: 150, noNaN: true });
    const seconds = fc.integer({ min: -150, max: 150 });
    fc.assert(
      fc.property(percent, percent, seconds, (read, utilization, away) => {
        const row = readAt(160, { ...createRead(read), witness: createSaid({ seconds: away, utilization }) });
        const shown = findWindow(row, "five_hour")?.utilization ?? 0;
        expect(shown).toBeGreaterThanOrEqual(read);
        expect(utilization - shown).toBeLessThanOrEqual(5);
        expect(row.disputed === true).toBe(Math.abs(utilization - read) > 5);
      }),
      { numRuns: 500 },
    );
  });

  test("that contradict each other bind by the higher value", () => {
    const row = readAt(30, { ...createRead(42), witness: createSaid({ seconds: 30, utilization: 96 }) });
    expect(row.binding).toBe("five_hour");
    expect(findWindow(row, "five_hour")?.severity).toBeNull();
  });
});

describe("a witness newer than the extension", () => {
  const said = createSaid({ seconds: 700, utilization: 55 });

  test("changes nothing while the extension's reading is not stale", () => {
    const row = readAt(600, { ...createRead(42), witness: createSaid({ seconds: 590, utilization: 55 }) });
    expect(row).toMatchObject({ source: "extension", state: "aging" });
    expect(findWindow(row, "five_hour")?.utilization).toBe(42);
  });

  test("fills a stale row in, and gives it its own date", () => {
    const row = readAt(730, { ...createRead(42), witness: said });
    expect(row).toMatchObject({ source: "statusline", fetched_at: at(700), age_seconds: 30, state: "fresh" });
    expect(findWindow(row, "five_hour")).toMatchObject({ utilization: 55, state: "open", severity: null });
    expect(row.disputed).toBeUndefined();
  });

  test("makes nothing look new that it does not know", () => {
    const row = readAt(730, { ...createRead(42), witness: said });
    for (const id of ["seven_day", "scoped:fable"]) {
      expect(findWindow(row, id)).toMatchObject({ utilization: null, last_known: null, state: "unknown" });
    }
    expect(row.usage).toBeNull();
    expect(row.money).toMatchObject({ enabled: true, used: null, percent: null, limit: 50 });
  });

  test("fills nothing in once it is stale itself", () => {
    const row = readAt(1301, { ...createRead(42), witness: said });
    expect(row).toMatchObject({ source: "extension", fetched_at: READ_AT, stale: true });
  });

  test("opens no window that the extension does not know", () => {
    const row = readAt(730, { ...createStoredRow({ windows: [] }), witness: said });
    expect(row.windows).toEqual([]);
  });

  test("whose window has been reset since says nothing about it", () => {
    const past = createSaid({ seconds: 700, utilization: 97, resetsAt: at(710) });
    const row = readAt(730, { ...createRead(42), witness: past });
    expect(findWindow(row, "five_hour")).toMatchObject({ utilization: null, last_known: 97, state: "rolled" });
  });
});

test("a witness older than a stale reading changes nothing", () => {
  const row = readAt(900, { ...createRead(42), witness: createSaid({ seconds: -200, utilization: 90 }) });
  expect(row).toMatchObject({ source: "extension", stale: true });
  expect(findWindow(row, "five_hour")?.utilization).toBe(42);
});

test("a row without a witness is the extension's alone", () => {
  expect(readAt(10, createRead(42))).toMatchObject({ source: "extension", binding: "seven_day" });
});

describe("a forecast", () => {
  const forecast = { percent_per_hour: 12, percent_at_reset: 60, exhausted_at: null, pace: 2 };
  const createForecast = () => {
    const row = createRead(42);
    return { ...row, windows: row.windows.map((window) => ({ ...window, forecast })) };
  };

  test.each([
    { name: "stays while nobody contradicts", said: { seconds: 30, utilization: 42 }, seconds: 60, shown: forecast },
    { name: "is not that of a higher value", said: { seconds: 30, utilization: 90 }, seconds: 60, shown: null },
    { name: "stays with the value that stands", said: { seconds: 30, utilization: 9 }, seconds: 60, shown: forecast },
    { name: "is not that of a newer source", said: { seconds: 1_200, utilization: 50 }, seconds: 1_230, shown: null },
  ])("$name", ({ said, seconds, shown }) => {
    const row = readAt(seconds, { ...createForecast(), witness: createSaid(said) });
    expect(findWindow(row, "five_hour")?.forecast).toEqual(shown);
  });
});
