// What a reserve may be, and how much it keeps at each hour.
import { describe, expect, it } from "vitest";
import { decideReserve, parseReserve } from "../../../shared/lease/reserve.ts";

describe("a reserve", () => {
  it.each([
    { text: "6", hour: 12, percent: 6 },
    { text: "40@08-19,6", hour: 8, percent: 40 },
    { text: "40@08-19,6", hour: 18, percent: 40 },
    { text: "40@08-19,6", hour: 19, percent: 6 },
    { text: "40@08-19", hour: 3, percent: 6 },
    { text: "30@22-06,2.5", hour: 23, percent: 30 },
    { text: "30@22-06,2.5", hour: 5, percent: 30 },
    { text: "30@22-06,2.5", hour: 6, percent: 2.5 },
    { text: "0", hour: 0, percent: 0 },
  ])("$text keeps $percent % at $hour o'clock", ({ text, hour, percent }) => {
    const reserve = parseReserve(text);
    expect(reserve && decideReserve(reserve, hour)).toBe(percent);
  });

  it.each(["", "six", "6,7", "100", "40@8-19", "40@08-25", "40@08", "-6", "6%"])("is not %j", (text) => {
    expect(parseReserve(text)).toBeUndefined();
  });
});
