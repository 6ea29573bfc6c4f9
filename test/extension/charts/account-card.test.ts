// The number beside each line of a chart: live only while the row is.
import { expect, test } from "vitest";
import { formatNewest } from "../../../extension/charts/account-card.ts";
import { createRowWindow, createStoredRow, ORG_UUID } from "../../shared/wire-examples.ts";

const MINUTE = 60_000;
const readMs = Date.parse("2026-11-20T10:00:00.000Z");
const row = createStoredRow({ windows: [createRowWindow({ resets_at: "2026-11-20T10:05:00.000Z" })] });

function createLine(percent: number | null, window = "five_hour") {
  const series = { org_uuid: ORG_UUID, account_uuid: null, window, label: "5-hour", is_exact: true, resets: [] };
  const runs = percent === null ? [] : [[{ fromMs: readMs, toMs: readMs, percent }]];
  return { series: { ...series, points: [[readMs, percent, null] satisfies [number, number | null, null]] }, runs };
}

test.each([
  ["a fresh row's value is shown as it is", 42, readMs + MINUTE, readMs + MINUTE, "42 %"],
  ["a stale row's value is the last one", 42, readMs + 11 * MINUTE, readMs + 11 * MINUTE, "last 42 %"],
  ["a value whose reset has passed is the last one", 42, readMs + 6 * MINUTE, readMs + 6 * MINUTE, "last 42 %"],
  ["of an earlier range it is the last one there", 42, readMs + 4 * MINUTE, readMs, "last 42 %"],
  ["a value nobody knew is unknown", null, readMs, readMs, "unknown"],
])("%s", (_name, percent, nowMs, untilMs, words) => {
  expect(formatNewest(createLine(percent), row, { sinceMs: 0, untilMs }, nowMs)).toBe(words);
});

test("a window that the row has no longer shows its last value", () => {
  const range = { sinceMs: 0, untilMs: readMs };
  expect(formatNewest(createLine(7, "scoped:opus"), row, range, readMs)).toBe("last 7 %");
});
