// The clock without Intl says what Intl says.
import fc from "fast-check";
import { expect, test } from "vitest";
import { formatClock } from "../../shared/format.ts";
import { formatLocalClock } from "../../shared/format-local-clock.ts";

const YEAR_MS = 366 * 86_400_000;

test("a moment reads as it does in a zone that is named", () => {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const moment = fc.date({ min: new Date("2024-01-01"), max: new Date("2030-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(moment, fc.integer({ min: -YEAR_MS, max: YEAR_MS }), (date, distanceMs) => {
      const nowMs = date.getTime();
      const ms = nowMs + distanceMs;
      expect(formatLocalClock(ms, nowMs)).toBe(formatClock(new Date(ms).toISOString(), nowMs, timeZone));
    }),
    { numRuns: 300 },
  );
});

test("today is a time, this week a day and a time, later a date", () => {
  const local = (day: number, hours: number, minutes: number) => new Date(2026, 10, day, hours, minutes).getTime();
  const nowMs = local(20, 10, 0);
  expect(formatLocalClock(local(20, 14, 5), nowMs)).toBe("14:05");
  expect(formatLocalClock(local(23, 4, 0), nowMs)).toBe("Mon 04:00");
  expect(formatLocalClock(local(29, 7, 59), nowMs)).toBe("29 Nov 07:59");
});
