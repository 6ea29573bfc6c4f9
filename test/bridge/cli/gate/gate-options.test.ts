// The words of a guard's command line: durations, percents, windows, and what is refused.
import { describe, expect, test } from "vitest";
import { CliError } from "../../../../bridge/cli/cli-error.ts";
import { toGateOptions } from "../../../../bridge/cli/gate/gate-options.ts";
import { guardOptionNames } from "../../../../bridge/cli/guard/guard.ts";
import { parseDuration, parsePercent } from "../../../../bridge/cli/option-values.ts";
import { parseOptions } from "../../../../bridge/cli/parse-options.ts";

const read = (...args: string[]) => toGateOptions(parseOptions(args, guardOptionNames));

describe("a duration", () => {
  test.each([
    ["0", 0],
    ["0s", 0],
    ["30s", 30_000],
    ["600s", 600_000],
    ["10m", 600_000],
    ["6h", 21_600_000],
    ["7d", 604_800_000],
    ["2w", 1_209_600_000],
    ["1w1d", 691_200_000],
    ["1h30m", 5_400_000],
    ["1d2h3m4s", 93_784_000],
  ])("%s", (text, ms) => {
    expect(parseDuration("grace", text)).toBe(ms);
  });

  test.each([
    "",
    "10",
    "s",
    "-5s",
    "1.5h",
    "10 m",
    "10M",
    "10ms",
    "30m1h",
    "5s5s",
    "∞",
    "NaN",
    "99999999s",
    "367d",
    "53w",
    "1d1w",
  ])("not %j", (text) => {
    expect(() => parseDuration("grace", text)).toThrow(CliError);
  });
});

describe("a percent", () => {
  test.each([
    ["1", 1],
    ["90", 90],
    ["90%", 90],
    ["99.5", 99.5],
    ["100", 100],
    ["1000", 1000],
  ])("%s", (text, percent) => {
    expect(parsePercent("max", text)).toBe(percent);
  });

  test.each(["", "0", "0.9", "0.95", "-1", "ninety", "1e2", "90 %", "90%%", "1001", "Infinity", "NaN", "٩٠"])(
    "not %j",
    (text) => {
      expect(() => parsePercent("max", text)).toThrow(CliError);
    },
  );
});

describe("the options", () => {
  test("without any word they are those of the contract", () => {
    expect(read()).toEqual({
      maxPercent: 90,
      model: undefined,
      windows: undefined,
      maxAgeMs: 600_000,
      moneyMaxPercent: undefined,
      forecastMs: undefined,
      wait: true,
      maxWaitMs: Number.POSITIVE_INFINITY,
      graceMs: 30_000,
      spreadMs: 60_000,
      onUnknown: "wait",
    });
  });

  test.each([
    { args: ["--max", "80"], options: { maxPercent: 80 } },
    { args: ["--model", "opus"], options: { model: "opus" } },
    { args: ["--window", "five_hour"], options: { windows: ["five_hour"] } },
    { args: ["--window", "five_hour, Scoped:Fable"], options: { windows: ["five_hour", "scoped:fable"] } },
    { args: ["--max-age", "90s"], options: { maxAgeMs: 90_000 } },
    { args: ["--no-wait"], options: { wait: false } },
    { args: ["--max-wait", "6h"], options: { maxWaitMs: 21_600_000 } },
    { args: ["--grace", "0s", "--spread", "5m"], options: { graceMs: 0, spreadMs: 300_000 } },
    { args: ["--on-unknown", "fail"], options: { onUnknown: "fail" } },
    { args: ["--money-max", "80%"], options: { moneyMaxPercent: 80 } },
    { args: ["--forecast"], options: { forecastMs: 1_800_000 } },
    { args: ["--forecast", "--for", "2h"], options: { forecastMs: 7_200_000 } },
  ])("$args", ({ args, options }) => {
    expect(read(...args)).toMatchObject(options);
  });

  test.each([
    ["--max", "0.9"],
    ["--model", " "],
    ["--window", ""],
    ["--window", "five_hour,"],
    ["--window", "pool:iguana_necktie"],
    ["--on-unknown", "allow"],
    ["--on-unknown", "GO"],
    ["--money-max", "80 USD"],
    ["--for", "30m"],
    ["--forecast", "--for", "30"],
  ])("%s %j is wrong use", (...args) => {
    expect(() => read(...args)).toThrow(CliError);
  });
});
