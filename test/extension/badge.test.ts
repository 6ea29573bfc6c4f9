// What the badge says: the chosen number, or that it is not known; never another number in its place.
import { describe, expect, test } from "vitest";
import { decideBadge } from "../../extension/badge.ts";
import { initialState, type MeterState, type Shown } from "../../extension/meter-state.ts";
import { initialSettings, type Settings } from "../../extension/settings.ts";
import { toIso } from "../../shared/time.ts";
import type { UsageWindow } from "../../shared/usage-window.ts";
import { ACCOUNT_UUID, createShown, createUsageWindow, ORG_UUID } from "../shared/wire-examples.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const MINUTE = 60_000;
const OTHER_ORG = "00000000-0000-4000-8000-0000000000b2";

function toWindow(id: string, utilization: number | null, more: Partial<UsageWindow> = {}): UsageWindow {
  return createUsageWindow({
    id,
    label: id,
    utilization,
    severity: null,
    resets_at: toIso(NOON + 60 * MINUTE),
    ...more,
  });
}

function toRowOf(org_uuid: string, windows: UsageWindow[], ageMs = 5_000): Shown {
  return createShown({
    org_uuid,
    org_name: org_uuid === ORG_UUID ? "Acme" : "Bolt",
    windows,
    fetched_at: toIso(NOON - ageMs),
  });
}

const acme = toRowOf(ORG_UUID, [
  toWindow("five_hour", 42.7),
  toWindow("seven_day", 63),
  toWindow("scoped:fable", 91, { scope: "model" }),
]);
const bolt = toRowOf(OTHER_ORG, [toWindow("five_hour", 81), toWindow("seven_day", 12)]);
const oldBolt = toRowOf(OTHER_ORG, [toWindow("five_hour", 81)], 11 * MINUTE);
const boltRow = { org_uuid: OTHER_ORG, account_uuid: ACCOUNT_UUID };
const rolled = { resets_at: toIso(NOON - MINUTE) };

function decide(rows: Shown[], chosen: Partial<Settings>, poll: Partial<MeterState["poll"]> = {}) {
  const state: MeterState = { ...initialState, rows, poll: { ...initialState.poll, at: toIso(NOON), ...poll } };
  return decideBadge(state, { ...initialSettings, ...chosen }, NOON);
}

describe("the number", () => {
  test.each<{ name: string; rows: Shown[]; chosen: Partial<Settings>; badge: [string, string]; says: string }>([
    {
      name: "automatic: the fullest of all",
      rows: [acme, bolt],
      chosen: {},
      badge: ["81%", "warning"],
      says: "five_hour: 81 % used, Bolt",
    },
    {
      name: "automatic, not from a stale row",
      rows: [acme, oldBolt],
      chosen: {},
      badge: ["63%", "normal"],
      says: "seven_day",
    },
    { name: "automatic, all stale", rows: [oldBolt], chosen: {}, badge: ["81%", "unknown"], says: "Stale reading" },
    {
      name: "of the chosen row",
      rows: [acme, bolt],
      chosen: { badgeRow: { ...boltRow, org_uuid: ORG_UUID } },
      badge: ["63%", "normal"],
      says: "Acme",
    },
    {
      name: "of the chosen window",
      rows: [acme],
      chosen: { badgeWindow: "five_hour" },
      badge: ["42%", "normal"],
      says: "five_hour: 42.7 %",
    },
    {
      name: "of a model's window, which never binds by itself",
      rows: [acme],
      chosen: { badgeWindow: "scoped:fable" },
      badge: ["91%", "warning"],
      says: "scoped:fable",
    },
    {
      name: "of the chosen window, where it is fullest",
      rows: [acme, bolt],
      chosen: { badgeWindow: "seven_day" },
      badge: ["63%", "normal"],
      says: "Acme",
    },
    {
      name: "of row and window",
      rows: [acme, bolt],
      chosen: { badgeRow: boltRow, badgeWindow: "seven_day" },
      badge: ["12%", "normal"],
      says: "Bolt",
    },
    {
      name: "of the chosen row, also when it is stale",
      rows: [acme, oldBolt],
      chosen: { badgeRow: boltRow },
      badge: ["81%", "unknown"],
      says: "Stale reading",
    },
    {
      name: "in the colour of the chosen thresholds",
      rows: [acme],
      chosen: { thresholds: { warning: 30, critical: 60 } },
      badge: ["63%", "critical"],
      says: "63 %",
    },
    {
      name: "of an account that rests",
      rows: [toRowOf(ORG_UUID, [toWindow("five_hour", 0, { resets_at: null })])],
      chosen: {},
      badge: ["0%", "normal"],
      says: "0 %",
    },
  ])("$name", ({ rows, chosen, badge, says }) => {
    const { text, level, title } = decide(rows, chosen);
    expect([text, level]).toEqual(badge);
    expect(title).toContain(says);
  });
});

describe("a question mark", () => {
  test.each<{ name: string; rows: Shown[]; chosen: Partial<Settings>; says: string }>([
    {
      name: "when the chosen row is gone",
      rows: [acme],
      chosen: { badgeRow: boltRow },
      says: "The account chosen for the badge is not available here",
    },
    {
      name: "when another account of the chosen organisation is there",
      rows: [acme],
      chosen: { badgeRow: { org_uuid: ORG_UUID, account_uuid: OTHER_ORG } },
      says: "not available here",
    },
    {
      name: "when the chosen window is gone",
      rows: [acme],
      chosen: { badgeWindow: "seven_day_opus" },
      says: "The limit chosen for the badge is not available",
    },
    {
      name: "when the chosen row has not the chosen window",
      rows: [acme, bolt],
      chosen: { badgeRow: boltRow, badgeWindow: "scoped:fable" },
      says: "is not available",
    },
    {
      name: "when the chosen window has rolled",
      rows: [toRowOf(ORG_UUID, [toWindow("five_hour", 90, rolled), toWindow("seven_day", 5)])],
      chosen: { badgeWindow: "five_hour" },
      says: "five_hour: unknown until the next reading",
    },
    {
      name: "when the chosen window came without a value",
      rows: [toRowOf(ORG_UUID, [toWindow("five_hour", null)])],
      chosen: { badgeWindow: "five_hour" },
      says: "unknown",
    },
    {
      name: "when no limit is known",
      rows: [toRowOf(ORG_UUID, [])],
      chosen: {},
      says: "No rate limits known",
    },
  ])("$name", ({ rows, chosen, says }) => {
    const { text, level, title } = decide(rows, chosen);
    expect([text, level]).toEqual(["?", "unknown"]);
    expect(title).toContain(says);
  });

  test("before the first reading, whatever was chosen", () => {
    expect(decide([], { badgeRow: boltRow }, { at: null })).toMatchObject({ text: "?", title: "No reading yet." });
  });
});

test("who has to act is told so before any number, also with a chosen row", () => {
  expect(decide([acme, bolt], { badgeRow: boltRow }, { state: "signed-out" })).toMatchObject({
    text: "!",
    level: "attention",
  });
});
