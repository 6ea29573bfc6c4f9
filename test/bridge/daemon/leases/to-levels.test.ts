// What leases take for the level of a window, when several sources speak of it.
import { expect, test } from "vitest";
import { toLevels } from "../../../../bridge/daemon/leases/to-levels.ts";
import { createRecentRow, toMoment } from "../../../harness/recent-row.ts";

test("a newer and higher reading of another source counts, with its own moment", () => {
  const resets_at = toMoment(3_600_000);
  const [older, newer] = [toMoment(-400_000), toMoment(-10_000)];
  const row = createRecentRow({ ageMs: 400_000, windows: [{ utilization: 50, resets_at }] });
  const windows = { five_hour: { utilization: 99, resets_at, observed_at: newer } };
  const sources = [{ source: "stream", observed_at: newer, windows }];
  expect(toLevels({ ...row, fetched_at: older, sources }, Date.now())).toMatchObject({
    five_hour: { percent: 99, observedMs: Date.parse(newer) },
  });
});

test("with the extension alone it is the extension's value and moment", () => {
  const row = createRecentRow({ windows: [{ utilization: 50 }] });
  expect(toLevels(row, Date.now())).toMatchObject({
    five_hour: { percent: 50, observedMs: Date.parse(row.fetched_at) },
  });
});
