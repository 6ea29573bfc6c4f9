// Numbers and moments as a person reads them, in any time zone and on the days the clock changes.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatClock, formatCountdown, formatDuration, formatMoney, formatPercent } from "../../shared/format.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("a countdown", () => {
  test.each([
    [-DAY, "due"],
    [-1, "due"],
    [0, "due"],
    [SECOND, "in 1 s"],
    [45 * SECOND, "in 45 s"],
    [59 * SECOND, "in 59 s"],
    [59 * SECOND + 500, "in 1 min"],
    [MINUTE, "in 1 min"],
    [59 * MINUTE, "in 59 min"],
    [59 * MINUTE + 30 * SECOND, "in 1 h"],
    [HOUR, "in 1 h"],
    [HOUR + MINUTE, "in 1 h 1 min"],
    [2 * HOUR + 11 * MINUTE, "in 2 h 11 min"],
    [23 * HOUR + 59 * MINUTE, "in 23 h 59 min"],
    [DAY - 1, "in 1 d"],
    [DAY, "in 1 d"],
    [DAY + 29 * MINUTE, "in 1 d"],
    [DAY + 31 * MINUTE, "in 1 d 1 h"],
    [2 * DAY - 10 * MINUTE, "in 2 d"],
    [3 * DAY + 4 * HOUR, "in 3 d 4 h"],
    [7 * DAY, "in 7 d"],
    [30 * DAY, "in 30 d"],
  ])("of %i ms is %s", (ms, text) => {
    expect(formatCountdown(ms)).toBe(text);
  });

  test.each([1, 100, 499])("with %i ms left does not speak of 0 s", (ms) => {
    expect(formatCountdown(ms)).not.toBe("in 0 s");
  });

  test("never says 60 s, 60 min or 24 h", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 * DAY }), (ms) => {
        expect(formatCountdown(ms)).not.toMatch(/\b(60 s|60 min|24 h|0 min|0 h|0 d)\b/);
      }),
      { seed: 1, numRuns: 5000 },
    );
  });

  test("is wrong by half of its smallest unit at most, give or take a minute", () => {
    const units: Record<string, number> = { s: SECOND, min: MINUTE, h: HOUR, d: DAY };
    const toMs = (text: string) =>
      [...text.matchAll(/(\d+) (s|min|h|d)/g)].reduce(
        (sum, [, n, unit = ""]) => sum + Number(n) * (units[unit] ?? 0),
        0,
      );
    fc.assert(
      fc.property(fc.integer({ min: SECOND, max: 40 * DAY }), (ms) => {
        const tolerance = ms < MINUTE ? SECOND : ms < DAY ? MINUTE : HOUR;
        expect(Math.abs(toMs(formatDuration(ms)) - ms)).toBeLessThanOrEqual(
          tolerance / 2 + (ms < DAY ? SECOND : MINUTE),
        );
      }),
      { seed: 2, numRuns: 5000 },
    );
  });

  test("a duration below zero is 0 s", () => {
    expect(formatDuration(-5 * MINUTE)).toBe("0 s");
  });
});

describe("a clock time", () => {
  const now = Date.parse("2026-11-20T10:00:00Z");

  test.each([
    ["later today", "2026-11-20T14:20:00.000Z", "UTC", "14:20"],
    ["earlier today", "2026-11-20T00:00:00.000Z", "UTC", "00:00"],
    ["the last minute of today", "2026-11-20T23:59:59.999Z", "UTC", "23:59"],
    ["midnight is tomorrow's 00:00", "2026-11-21T00:00:00.000Z", "UTC", "Sat 00:00"],
    ["yesterday", "2026-11-19T22:00:00.000Z", "UTC", "Thu 22:00"],
    ["within the week", "2026-11-26T04:00:00.000Z", "UTC", "Thu 04:00"],
    ["the same weekday in a week", "2026-11-27T04:00:00.000Z", "UTC", "27 Nov 04:00"],
    ["beyond the week", "2026-12-05T07:59:00.000Z", "UTC", "5 Dec 07:59"],
    ["a week ago", "2026-11-13T04:00:00.000Z", "UTC", "13 Nov 04:00"],
    ["today in Berlin, tomorrow in Tokyo", "2026-11-20T16:00:00.000Z", "Europe/Berlin", "17:00"],
    ["today in Berlin, tomorrow in Tokyo", "2026-11-20T16:00:00.000Z", "Asia/Tokyo", "Sat 01:00"],
    ["a zone of three quarters", "2026-11-20T12:00:00.000Z", "Asia/Kathmandu", "17:45"],
    ["the earliest zone", "2026-11-20T10:30:00.000Z", "Pacific/Kiritimati", "00:30"],
    ["the latest zone", "2026-11-20T10:30:00.000Z", "Pacific/Pago_Pago", "Thu 23:30"],
  ])("%s: %s in %s is %s", (name, iso, timeZone, text) => {
    // The latest zone is still on the day before, so its own now is asked for.
    const shownNow = name === "the latest zone" ? Date.parse("2026-11-20T12:00:00Z") : now;
    expect(formatClock(iso, shownNow, timeZone)).toBe(text);
  });

  test("an hour before midnight, the hour after it is tomorrow's", () => {
    const lateEvening = Date.parse("2026-11-20T22:30:00Z");
    expect(formatClock("2026-11-20T22:45:00.000Z", lateEvening, "Europe/Berlin")).toBe("23:45");
    expect(formatClock("2026-11-20T23:15:00.000Z", lateEvening, "Europe/Berlin")).toBe("Sat 00:15");
  });

  test("without a zone the runtime's own is used", () => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
    expect(formatClock("2026-11-25T04:00:00.000Z", now)).toBe(formatClock("2026-11-25T04:00:00.000Z", now, timeZone));
  });
});

describe("a clock time on the day the clock changes", () => {
  // Each pair is one minute apart; what a wall clock shows there is from the time zone database.
  test.each([
    ["Europe/Berlin, spring", "2026-03-29T00:59:00Z", "01:59"],
    ["Europe/Berlin, spring", "2026-03-29T01:00:00Z", "03:00"],
    ["Europe/Berlin, autumn", "2026-10-25T00:59:00Z", "02:59"],
    ["Europe/Berlin, autumn", "2026-10-25T01:00:00Z", "02:00"],
    ["Europe/Berlin, autumn", "2026-10-25T22:59:00Z", "23:59"],
    ["Australia/Lord_Howe, half an hour back", "2026-04-04T14:59:00Z", "01:59"],
    ["Australia/Lord_Howe, half an hour back", "2026-04-04T15:00:00Z", "01:30"],
    ["Australia/Lord_Howe, half an hour on", "2026-10-03T15:29:00Z", "01:59"],
    ["Australia/Lord_Howe, half an hour on", "2026-10-03T15:30:00Z", "02:30"],
    ["America/Sao_Paulo, no change since 2019", "2026-11-01T03:00:00Z", "00:00"],
    ["America/Sao_Paulo, no change since 2019", "2026-11-01T04:00:00Z", "01:00"],
    ["Africa/Casablanca, Ramadan begins", "2026-02-15T01:59:00Z", "02:59"],
    ["Africa/Casablanca, Ramadan begins", "2026-02-15T02:00:00Z", "02:00"],
    ["Africa/Casablanca, Ramadan ends", "2026-03-22T01:59:00Z", "01:59"],
    ["Africa/Casablanca, Ramadan ends", "2026-03-22T02:00:00Z", "03:00"],
  ])("%s: %s is %s", (place, iso, text) => {
    const timeZone = place.split(",")[0];
    expect(formatClock(iso, Date.parse(iso), timeZone)).toBe(text);
  });

  test("a midnight that does not exist belongs to the new day", () => {
    // Sao Paulo, 4 November 2018: 23:59 was followed by 01:00.
    const now = Date.parse("2018-11-04T02:59:00Z");
    expect(formatClock("2018-11-04T02:59:30Z", now, "America/Sao_Paulo")).toBe("23:59");
    expect(formatClock("2018-11-04T03:00:00Z", now, "America/Sao_Paulo")).toBe("Sun 01:00");
  });

  test("a reset seven hours on, across the change, is named by the clock after it", () => {
    const beforeTheChange = Date.parse("2026-03-28T22:30:00Z");
    expect(formatClock("2026-03-29T05:30:00Z", beforeTheChange, "Europe/Berlin")).toBe("Sun 07:30");
  });
});

describe("a percentage", () => {
  test.each([
    [null, "?"],
    [0, "0"],
    [0.04, "0"],
    [0.4, "0.4"],
    [1, "1"],
    [42, "42"],
    [22.98, "22.9"],
    [64.1, "64.1"],
    [89.96, "89.9"],
    [89.99999, "89.9"],
    [99.6, "99.6"],
    [99.95, "99.9"],
    [99.999999, "99.9"],
    [100, "100"],
    [100.04, "100"],
    [103, "103"],
    [1000, "1000"],
  ])("of %d is %s", (utilization, text) => {
    expect(formatPercent(utilization)).toBe(text);
  });

  test("with one decimal is shown as it is", () => {
    for (let tenths = 0; tenths <= 10_000; tenths += 1) expect(formatPercent(tenths / 10)).toBe(String(tenths / 10));
  });

  test("is never rounded up, is at most a tenth below, and has one decimal at most", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1000, noNaN: true }), (utilization) => {
        const text = formatPercent(utilization);
        expect(text).toMatch(/^\d{1,4}(\.\d)?$/);
        expect(Number(text)).toBeLessThanOrEqual(utilization);
        expect(utilization - Number(text)).toBeLessThan(0.1 + 1e-9);
      }),
      { seed: 3, numRuns: 5000 },
    );
  });
});

describe("money", () => {
  test.each([
    [12.34, 50, "USD", "12.34 of 50.00 USD"],
    [0, 50, "EUR", "0.00 of 50.00 EUR"],
    [62.3, 60, "CAD", "62.30 of 60.00 CAD"],
    [1500, 6000, "JPY", "1500 of 6000 JPY"],
    [1500, 6000, "KRW", "1500 of 6000 KRW"],
    [1.5, 6, "KWD", "1.500 of 6.000 KWD"],
    [7.3, null, "EUR", "7.30 EUR, no known limit"],
    [1500, null, "JPY", "1500 JPY, no known limit"],
    [null, 50, "USD", "? of 50.00 USD"],
    [null, null, "USD", "? USD, no known limit"],
    [12.34, 50, null, "12.34 of 50.00"],
    [null, null, null, "?, no known limit"],
    [1, 2, "XQX", "1.00 of 2.00 XQX"],
    [-1, 10, "USD", "-1.00 of 10.00 USD"],
  ])("%d of %d %s is %s", (used, limit, currency, text) => {
    expect(formatMoney(used, limit, currency)).toBe(text);
  });

  test.each([
    ["IDR", "1.50 of 6.00 IDR"],
    ["IQD", "1.500 of 6.000 IQD"],
    ["CLF", "1.5000 of 6.0000 CLF"],
  ])("%s has the decimals of ISO 4217", (currency, text) => {
    expect(formatMoney(1.5, 6, currency)).toBe(text);
  });

  test("any currency code the wire allows is shown", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Z]{3}$/), (currency) => {
        expect(formatMoney(1, 2, currency)).toMatch(new RegExp(`^1(\\.0+)? of 2(\\.0+)? ${currency}$`));
      }),
      { seed: 4 },
    );
  });
});
