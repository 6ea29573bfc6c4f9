// What a snapshot leaves in history.
import { expect, test } from "vitest";
import { toObservations } from "../../../../bridge/daemon/history/to-observations.ts";
import { createFailedSnapshot, createSnapshot, createUsageWindow } from "../../../shared/wire-examples.ts";

const atMs = Date.parse("2026-11-20T10:00:00.000Z");
const resetMs = Date.parse("2026-11-20T12:00:00.000Z");

test("each window and the paid usage become a point, in percent as the server said", () => {
  const weekly = createUsageWindow({ id: "seven_day", label: "Weekly", utilization: 1, resets_at: null });
  const snapshot = createSnapshot({ windows: [createUsageWindow(), weekly] });
  expect(toObservations("key", snapshot)).toEqual([
    { rowKey: "key", window: "five_hour", label: "5-hour", point: [atMs, 42, resetMs] },
    { rowKey: "key", window: "seven_day", label: "Weekly", point: [atMs, 1, null] },
    { rowKey: "key", window: "money", label: "Extra usage", point: [atMs, 24.68, null] },
  ]);
});

test("an unknown value is kept as unknown", () => {
  const snapshot = createSnapshot({ windows: [createUsageWindow({ utilization: null })], money: null });
  expect(toObservations("key", snapshot)).toEqual([
    { rowKey: "key", window: "five_hour", label: "5-hour", point: [atMs, null, resetMs] },
  ]);
});

test("a read that failed leaves nothing: nobody looked", () => {
  expect(toObservations("key", createFailedSnapshot())).toEqual([]);
});
