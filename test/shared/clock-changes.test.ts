// What pages write of a moment on the days when clocks change, in places that change them by an hour, half of one, or no more.
import { expect, test } from "vitest";
import { formatMoment, formatRange, formatTick } from "../../extension/charts/range.ts";
import { formatClock } from "../../shared/format.ts";
import { clockChanges, resetsAfter, SEEN_BEFORE_MS, toWallClock, toWallTime } from "../harness/clock-changes.ts";

const QUARTER_MS = 900_000;

test.each(clockChanges)("around the $kind in $zone a moment reads as on the wall", (change) => {
  const { atMs, zone } = change;
  for (let ms = atMs - 12 * QUARTER_MS; ms <= atMs + 12 * QUARTER_MS; ms += QUARTER_MS) {
    const { weekday, date, time } = toWallTime(change, ms);
    expect(formatMoment(ms, zone)).toBe(`${weekday} ${date}, ${time}`);
    const tick = time === "00:00:00" ? date.split(" ").slice(0, 2).join(" ") : time.slice(0, 5);
    expect(formatTick(ms, QUARTER_MS, zone)).toBe(tick);
    expect(formatRange({ sinceMs: ms, untilMs: ms + QUARTER_MS }, zone)).toContain(`${date}, ${time.slice(0, 5)} to `);
  }
});

test.each(clockChanges.flatMap((change) => resetsAfter.map((reset) => ({ ...change, change, ...reset }))))(
  "a reset of $window $countdown, past the $kind in $zone, reads as on the wall",
  ({ change, atMs, zone, afterMs }) => {
    const [resetMs, nowMs] = [atMs + afterMs, atMs - SEEN_BEFORE_MS];
    expect(formatClock(new Date(resetMs).toISOString(), nowMs, zone)).toBe(toWallClock(change, resetMs, nowMs));
  },
);
