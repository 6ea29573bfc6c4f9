// Which texts and numbers count as a moment, and the one form in which we write it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseIsoMs, parseServerTime, toIso } from "../../shared/time.ts";
import { isoSchema } from "../../shared/wire-text.ts";

const noon = Date.UTC(2026, 10, 20, 12);

describe("ISO text with an offset is a moment", () => {
  test.each([
    ["2026-11-20T12:00:00Z", noon],
    ["2026-11-20T12:00:00.0Z", noon],
    ["2026-11-20T12:00:00.482Z", noon + 482],
    ["2026-11-20T12:00:00.482019+00:00", noon + 482],
    ["2026-11-20T12:00:00.999999999Z", noon + 999],
    ["2026-11-20T12:00Z", noon],
    ["2026-11-20T12:00:00+0000", noon],
    ["2026-11-20T06:00:00-06:00", noon],
    ["2026-11-20T17:45:00+05:45", noon],
    ["2026-11-21T02:00:00+14:00", noon],
    ["2026-11-20T00:00:00-12:00", noon],
    ["2028-02-29T00:00:00Z", Date.UTC(2028, 1, 29)],
    ["2026-12-31T23:59:59.999Z", Date.UTC(2027, 0, 1) - 1],
    ["2026-11-19T24:00:00Z", Date.UTC(2026, 10, 20)],
  ])("%s", (text, ms) => {
    expect(parseIsoMs(text)).toBe(ms);
  });
});

describe("anything else is no moment", () => {
  test.each([
    ["2026-11-20T12:00:00", "no offset: V8 would take it as local time"],
    ["2026-11-20", "a day"],
    ["2026-02-30T12:00:00Z", "30 February: V8 would take it as 2 March"],
    ["2026-02-29T12:00:00Z", "29 February in a common year"],
    ["2100-02-29T12:00:00Z", "29 February in 2100, which is a common year"],
    ["2026-04-31T12:00:00Z", "31 April"],
    ["2026-00-10T12:00:00Z", "month 0"],
    ["2026-13-10T12:00:00Z", "month 13"],
    ["2026-11-00T12:00:00Z", "day 0"],
    ["2026-11-20T25:00:00Z", "hour 25"],
    ["2026-11-20T24:00:01Z", "past the end of the day"],
    ["2026-11-20T12:60:00Z", "minute 60"],
    ["2026-11-20T12:00:60Z", "second 60"],
    ["2026-11-20T12:00:00+24:00", "an offset of a day"],
    ["2026-11-20T12:00:00+00:60", "an offset of 60 minutes"],
    ["2026-11-20T12:00:00.1234567890Z", "ten digits of a second"],
    ["2026-11-20T12:00:00.Z", "a dot without digits"],
    ["2026-11-20 12:00:00Z", "a blank for the T"],
    ["2026-11-20t12:00:00z", "small letters"],
    ["+002026-11-20T12:00:00Z", "a year of six digits"],
    ["٢٠٢٦-11-20T12:00:00Z", "other digits"],
    ["2026-11-20T12:00:00Z ", "a blank at the end"],
    ["2026-11-20T12:00:00Z\n", "a line feed at the end"],
    ["Fri, 20 Nov 2026 12:00:00 GMT", "the form of a Date header"],
    ["1795176000", "epoch seconds as text"],
    ["tomorrow", "a word"],
    ["", "nothing"],
  ])("%j (%s)", (text) => {
    expect(parseIsoMs(text)).toBeUndefined();
  });
});

describe("a moment of the server", () => {
  test.each([
    ["2026-11-20T12:00:00.482019+00:00", "2026-11-20T12:00:00.482Z"],
    [noon / 1000, "2026-11-20T12:00:00.000Z"],
    [noon / 1000 + 0.5, "2026-11-20T12:00:00.500Z"],
    ["2020-01-01T00:00:00Z", "2020-01-01T00:00:00.000Z"],
    ["2099-12-31T23:59:59Z", "2099-12-31T23:59:59.000Z"],
  ])("%j is %s", (value, iso) => {
    expect(parseServerTime(value)).toBe(iso);
  });

  test.each<[unknown, string]>([
    [noon, "epoch milliseconds"],
    ["2019-12-31T23:59:59Z", "before 2020"],
    ["2100-01-01T00:00:00Z", "after 2099"],
    [0, "the epoch"],
    [-1, "below zero"],
    [42, "a percentage"],
    [Number.NaN, "NaN"],
    [Number.POSITIVE_INFINITY, "infinity"],
    [null, "null"],
    [undefined, "absent"],
    [true, "a switch"],
    [{}, "an object"],
    [["2026-11-20T12:00:00Z"], "a list"],
    [new Date(noon), "a Date"],
  ])("%j is unknown (%s)", (value) => {
    expect(parseServerTime(value)).toBeUndefined();
  });

  test("whatever is handed in, what comes out is the one form we write", () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.string(), fc.double(), fc.integer({ min: 0, max: 5e9 })), (value) => {
        const iso = parseServerTime(value);
        expect(iso === undefined || isoSchema.safeParse(iso).success).toBe(true);
      }),
      { seed: 1, numRuns: 2000 },
    );
  });
});

describe("the form we write", () => {
  const years2020to2099 = { min: new Date("2020-01-01T00:00:00Z"), max: new Date("2099-12-31T23:59:59.999Z") };

  test("is UTC with milliseconds and reads back as the same moment", () => {
    fc.assert(
      fc.property(fc.date({ ...years2020to2099, noInvalidDate: true }), (date) => {
        const iso = toIso(date.getTime());
        expect(iso).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        expect(parseIsoMs(iso)).toBe(date.getTime());
        expect(parseServerTime(iso)).toBe(iso);
      }),
      { seed: 2 },
    );
  });

  test("says the same moment whatever offset the server used", () => {
    const minutes = fc.integer({ min: -14 * 60, max: 14 * 60 });
    fc.assert(
      fc.property(fc.date({ ...years2020to2099, noInvalidDate: true }), minutes, (date, offset) => {
        const local = toIso(date.getTime() + offset * 60_000).replace("Z", toOffset(offset));
        expect(parseIsoMs(local)).toBe(date.getTime());
      }),
      { seed: 3 },
    );
  });
});

function toOffset(minutes: number): string {
  const toTwo = (value: number) => String(value).padStart(2, "0");
  const size = Math.abs(minutes);
  return `${minutes < 0 ? "-" : "+"}${toTwo(Math.floor(size / 60))}:${toTwo(size % 60)}`;
}
