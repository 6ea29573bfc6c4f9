// What a status line shows of the row it knows and of what its own session heard.
import { describe, expect, test } from "vitest";
import { isRowOfLogin, toShownRow } from "../../../../bridge/cli/statusline/to-shown-row.ts";
import { type Row, toRow } from "../../../../shared/freshness.ts";
import type { Witness } from "../../../../shared/witness.ts";
import { ACCOUNT_UUID, createRowWindow, createStoredRow, ORG_UUID } from "../../../shared/wire-examples.ts";

const READ_MS = Date.parse("2026-11-20T10:00:00.000Z");
const OTHER = "00000000-0000-4000-8000-0000000000dd";

function createRow(nowMs: number): Row {
  const scoped = createRowWindow({ id: "scoped:fable", model: "Fable", scope: "model", utilization: 71 });
  const week = createRowWindow({ id: "seven_day", utilization: 63 });
  return toRow(createStoredRow({ windows: [createRowWindow(), week, scoped] }), nowMs);
}

function heardAt(ms: number): Witness {
  const five_hour = { utilization: 50, resets_at: "2026-11-20T12:00:00.000Z" };
  return { observed_at: new Date(ms).toISOString(), windows: { five_hour } };
}

function show(heardAfterMs: number, nowAfterMs: number) {
  const nowMs = READ_MS + nowAfterMs;
  const row = toShownRow(createRow(nowMs), heardAt(READ_MS + heardAfterMs), nowMs);
  return { ...row, shown: Object.fromEntries(row.windows.map(({ id, utilization }) => [id, utilization])) };
}

describe("the session's own numbers", () => {
  test("are shown when they are newer, beside what they do not know", () => {
    expect(show(1, 60_000).shown).toEqual({ five_hour: 50, seven_day: 63, "scoped:fable": 71 });
  });

  test("are not shown when they are older", () => {
    expect(show(0, 60_000).shown).toEqual({ five_hour: 42, seven_day: 63, "scoped:fable": 71 });
    expect(show(-3_600_000, 60_000).shown["five_hour"]).toBe(42);
  });

  test("stand alone when the row is stale, and are of their own date", () => {
    const row = show(3_590_000, 3_600_000);
    expect(row.shown).toEqual({ five_hour: 50, seven_day: null, "scoped:fable": null });
    expect(row).toMatchObject({ state: "fresh", age_seconds: 10, source: "statusline" });
  });

  test("are stale too in a session that has been idle", () => {
    expect(show(60_000, 3_600_000)).toMatchObject({ state: "stale", age_seconds: 3_540, shown: { five_hour: 50 } });
  });

  test("bind when they are higher", () => {
    const nowMs = READ_MS + 60_000;
    const heard = { ...heardAt(nowMs), windows: { five_hour: { utilization: 90, resets_at: null } } };
    expect(toShownRow(createRow(nowMs), heard, nowMs).binding).toBe("five_hour");
  });

  test("are all there is when nobody knows whose they are", () => {
    const row = toShownRow(undefined, heardAt(READ_MS), READ_MS + 1_000);
    expect(row.windows.map(({ id, utilization }) => [id, utilization])).toEqual([["five_hour", 50]]);
    expect(row).toMatchObject({ binding: "five_hour", account_uuid: null });
  });
});

describe("a row is the login's", () => {
  const login = { account_uuid: ACCOUNT_UUID, org_uuid: ORG_UUID, email: "user@example.com" };
  const row = createRow(READ_MS);
  test.each([
    ["with account and organisation", row, login, true],
    ["not with another organisation", { ...row, org_uuid: OTHER }, login, false],
    ["not with another account", { ...row, account_uuid: OTHER }, login, false],
    ["not by e-mail", { ...row, account_uuid: null }, { ...login, account_uuid: undefined }, false],
    ["not without an organisation", row, { ...login, org_uuid: undefined }, false],
    ["not without a login", row, undefined, false],
  ])("%s", (_name, each, of, is) => {
    expect(isRowOfLogin(each, of)).toBe(is);
  });
});
