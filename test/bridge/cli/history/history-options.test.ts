// The options of `history`: times, windows, formats.
import { expect, test } from "vitest";
import { CliError } from "../../../../bridge/cli/cli-error.ts";
import { historyOptionNames, toHistoryOptions } from "../../../../bridge/cli/history/history-options.ts";
import { parseOptions } from "../../../../bridge/cli/parse-options.ts";
import { DAY, HOUR, now } from "../rows.ts";

const parse = (...args: string[]) => toHistoryOptions(parseOptions(args, historyOptionNames), now);

test("without any it is a table of the last week", () => {
  expect(parse()).toEqual({
    sinceMs: now - 7 * DAY,
    untilMs: now,
    windows: undefined,
    account: undefined,
    format: "table",
    redact: false,
  });
});

test.each([
  [["--since", "6h"], now - 6 * HOUR, now],
  [["--since", "1d12h"], now - 36 * HOUR, now],
  [["--since", "2026-11-20T08:00:00Z"], now - 2 * HOUR, now],
  [["--since", "2026-11-20T08:00:00+01:00"], now - 3 * HOUR, now],
  [["--since", "2w"], now - 14 * DAY, now],
  [["--since", "2d", "--until", "1d"], now - 2 * DAY, now - DAY],
  [["--since", "2d", "--until", "2026-11-20T09:00:00Z"], now - 2 * DAY, now - HOUR],
])("%j is from then to then", (args, sinceMs, untilMs) => {
  expect(parse(...args)).toMatchObject({ sinceMs, untilMs });
});

test("windows are a list, each once", () => {
  expect(parse("--window", "five_hour, Seven_Day,five_hour").windows).toEqual(["five_hour", "seven_day"]);
});

test.each([
  [["--since", "7"], "--since"],
  [["--since", "yesterday"], "--since"],
  [["--since", "3mo"], "2026-11-20T10:00:00Z"],
  [["--since", "2026-11-20"], "offset"],
  [["--since", "2026-11-20T08:00:00"], "offset"],
  [["--until", "400d"], "a year"],
  [["--since", "1d", "--until", "2d"], "before"],
  [["--since", "1h", "--until", "1h"], "before"],
  [["--window", ""], "--window"],
  [["--window", "five_hour,"], "--window"],
  [["--format", "xml"], "table, json or csv"],
  [["--points", "5"], "--points"],
])("%j is wrong use", (args, words) => {
  expect(() => parse(...args)).toThrow(CliError);
  expect(() => parse(...args)).toThrow(words);
});
