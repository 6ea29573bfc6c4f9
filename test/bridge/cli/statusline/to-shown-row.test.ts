// What a status line shows of the row it knows and of what its own session heard.
import { describe, expect, test } from "vitest";
import { toShownRow } from "../../../../bridge/cli/statusline/to-shown-row.ts";
import { type Row, toRow } from "../../../../shared/freshness.ts";
import type { SourceRecord } from "../../../../shared/reading.ts";
import { createRowWindow, createStoredRow } from "../../../shared/wire-examples.ts";

const READ_MS = Date.parse("2026-11-20T10:00:00.000Z");

function createRow(nowMs: number): Row {
  const scoped = createRowWindow({ id: "scoped:fable", model: "Fable", scope: "model", utilization: 71 });
  const week = createRowWindow({ id: "seven_day", utilization: 63 });
  return toRow(createStoredRow({ windows: [createRowWindow(), week, scoped] }), nowMs);
}

function heardAt(ms: number, utilization = 50): SourceRecord {
  const observed_at = new Date(ms).toISOString();
  const five_hour = { utilization, resets_at: "2026-11-20T12:00:00.000Z", observed_at };
  return { source: "statusline", observed_at, windows: { five_hour } };
}

function show(heardAfterMs: number, nowAfterMs: number) {
  const nowMs = READ_MS + nowAfterMs;
  const row = toShownRow(createRow(nowMs), heardAt(READ_MS + heardAfterMs), nowMs);
  return { ...row, shown: Object.fromEntries(row.windows.map(({ id, utilization }) => [id, utilization])) };
}

describe("the session's own numbers", () => {
  test("are shown when they are newer and higher, beside what they do not know", () => {
    expect(show(200_000, 260_000).shown).toEqual({ five_hour: 50, seven_day: 63, "scoped:fable": 71 });
  });

  test("are not shown when they are older", () => {
    expect(show(-3_600_000, 60_000).shown["five_hour"]).toBe(42);
  });

  test("are not shown when they are lower than a young reading of the browser", () => {
    const nowMs = READ_MS + 590_000;
    const shown = toShownRow(createRow(nowMs), heardAt(nowMs, 5), nowMs).windows[0];
    expect(shown).toMatchObject({ utilization: 42, source: "extension" });
    expect(toShownRow(createRow(nowMs + 10_000), heardAt(nowMs, 5), nowMs + 10_000).windows[0]?.utilization).toBe(5);
  });

  test("make the row fresh again, and the windows that they do not know stay old", () => {
    const row = show(3_590_000, 3_600_000);
    expect(row).toMatchObject({ state: "fresh", age_seconds: 10, source: "statusline" });
    expect(row.windows.map(({ id, stale }) => [id, stale === true])).toEqual([
      ["five_hour", false],
      ["seven_day", true],
      ["scoped:fable", true],
    ]);
    // An old number does not bind beside a new one.
    expect(row.binding).toBe("five_hour");
  });

  test("are stale too in a session that has been idle", () => {
    expect(show(60_000, 3_600_000)).toMatchObject({ state: "stale", age_seconds: 3_540, shown: { five_hour: 50 } });
  });

  test("bind when they are higher", () => {
    const nowMs = READ_MS + 60_000;
    expect(toShownRow(createRow(nowMs), heardAt(nowMs, 90), nowMs).binding).toBe("five_hour");
  });

  test("are all there is when nobody knows whose they are", () => {
    const row = toShownRow(undefined, heardAt(READ_MS), READ_MS + 1_000);
    expect(row.windows.map(({ id, utilization }) => [id, utilization])).toEqual([["five_hour", 50]]);
    expect(row).toMatchObject({ binding: "five_hour", account_uuid: null });
  });
});
