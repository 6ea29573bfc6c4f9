// Which stretch of time the charts page shows, and the words for it.
import { describe, expect, test } from "vitest";
import { formatMoment, formatRange, formatTick, toNeighbour, toRange } from "../../../extension/charts/range.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const now = Date.parse("2026-11-21T12:00:00.000Z");

describe("the range", () => {
  test("ends now unless another end was chosen", () => {
    expect(toRange({ span: "day", endMs: undefined }, now)).toEqual({ sinceMs: now - DAY, untilMs: now });
    expect(toRange({ span: "week", endMs: now - DAY }, now)).toEqual({ sinceMs: now - 8 * DAY, untilMs: now - DAY });
  });

  const cases = [
    { name: "a day back", view: { span: "day", endMs: undefined }, direction: "earlier", endMs: now - DAY },
    {
      name: "a week further back",
      view: { span: "week", endMs: now - DAY },
      direction: "earlier",
      endMs: now - 8 * DAY,
    },
    { name: "a day on", view: { span: "day", endMs: now - 2 * DAY }, direction: "later", endMs: now - DAY },
    { name: "on to now", view: { span: "day", endMs: now - DAY }, direction: "later", endMs: undefined },
    {
      name: "on to now, some seconds later",
      view: { span: "day", endMs: now - DAY - 9 },
      direction: "later",
      endMs: undefined,
    },
    { name: "not beyond now", view: { span: "year", endMs: now - HOUR }, direction: "later", endMs: undefined },
  ] as const;
  test.each(cases)("moves $name", ({ view, direction, endMs }) => {
    expect(toNeighbour(view, direction, now)).toEqual({ span: view.span, endMs });
  });

  test("has minutes where they say something", () => {
    expect(formatRange(toRange({ span: "day", endMs: now }, now), "UTC")).toBe(
      "20 Nov 2026, 12:00 to 21 Nov 2026, 12:00",
    );
    expect(formatRange(toRange({ span: "year", endMs: now }, now), "UTC")).toBe("21 Nov 2025 to 21 Nov 2026");
  });
});

describe("a tick of the time axis", () => {
  const cases = [
    { at: "2026-11-21T14:00:00Z", stepMs: 2 * HOUR, text: "14:00" },
    { at: "2026-11-21T00:00:00Z", stepMs: 2 * HOUR, text: "21 Nov" },
    { at: "2026-11-21T00:00:00Z", stepMs: 5 * DAY, text: "21 Nov" },
    { at: "2026-11-01T00:00:00Z", stepMs: 30 * DAY, text: "Nov" },
    { at: "2027-01-01T00:00:00Z", stepMs: 30 * DAY, text: "2027" },
  ];
  test.each(cases)("$at, $stepMs ms apart: $text", ({ at, stepMs, text }) => {
    expect(formatTick(Date.parse(at), stepMs, "UTC")).toBe(text);
  });
});

test("a moment is exact to the second", () => {
  expect(formatMoment(Date.parse("2026-11-21T11:32:05.678Z"), "UTC")).toBe("Sat 21 Nov 2026, 11:32:05");
});
