// The words of the status line, for each kind of row and session.
import { describe, expect, test } from "vitest";
import { formatStatusLine } from "../../../../bridge/cli/statusline/format-status-line.ts";
import { type Row, toRow } from "../../../../shared/freshness.ts";
import type { RowWindow, StoredRow } from "../../../../shared/row.ts";
import { createRowWindow, createStoredRow } from "../../../shared/wire-examples.ts";

const NOW_MS = new Date(2026, 10, 20, 10, 0).getTime();
const iso = (day: number, hours: number, minutes: number) => new Date(2026, 10, day, hours, minutes).toISOString();

const fiveHour = { utilization: 42, resets_at: iso(20, 14, 20) };
const week = { id: "seven_day", label: "Weekly", utilization: 63, resets_at: iso(26, 4, 0) };
const fable = {
  id: "scoped:fable",
  label: "Weekly, Fable",
  model: "Fable",
  scope: "model",
  utilization: 71,
  resets_at: iso(26, 4, 0),
} as const;

function createRow(windows: readonly Partial<RowWindow>[], more: Partial<StoredRow> = {}): Row {
  const row = createStoredRow({ fetched_at: new Date(NOW_MS - 30_000).toISOString(), ...more });
  return toRow({ ...row, windows: windows.map((window) => createRowWindow(window)) }, NOW_MS);
}

function format(windows: readonly Partial<RowWindow>[], model?: string, template?: string): string {
  return formatStatusLine(createRow(windows), { model, nowMs: NOW_MS }, template);
}

describe("the line", () => {
  const cases: readonly [string, readonly Partial<RowWindow>[], string][] = [
    ["both windows", [fiveHour, week], "5h 42% · week 63% · resets 14:20"],
    ["the five-hour window alone", [fiveHour], "5h 42% · resets 14:20"],
    ["the week alone", [week], "week 63% · resets Thu 04:00"],
    ["a week near its limit", [fiveHour, { ...week, utilization: 88.8 }], "5h 42% · week 88.8% · resets Thu 04:00"],
    [
      "both near their limit",
      [
        { ...fiveHour, utilization: 96 },
        { ...week, utilization: 88 },
      ],
      "5h 96% · week 88% · resets 14:20",
    ],
    ["a window over its limit", [{ ...fiveHour, utilization: 105 }, week], "5h 105% · week 63% · resets 14:20"],
    [
      "a window that has not started",
      [{ utilization: 0, resets_at: null }, week],
      "5h 0% · week 63% · resets Thu 04:00",
    ],
    [
      "a window whose reset has passed",
      [{ ...fiveHour, resets_at: iso(20, 9, 0) }, week],
      "5h ?% · week 63% · resets Thu 04:00",
    ],
    ["no known value", [{ ...fiveHour, utilization: null }], "5h ?%"],
  ];
  test.each(cases)("of %s", (_name, windows, line) => {
    expect(format(windows)).toBe(line);
  });

  test("of an account that only spends money shows that", () => {
    expect(format([])).toBe("24.6%");
  });

  test("of a stale row says so, and promises no reset", () => {
    const row = createRow([fiveHour, week], { fetched_at: new Date(NOW_MS - 1_500_000).toISOString() });
    expect(formatStatusLine(row, { model: undefined, nowMs: NOW_MS })).toBe("5h 42% · week 63% (stale, 25 min)");
  });

  test("of a row whose two sources contradict each other says so", () => {
    const witness = {
      observed_at: new Date(NOW_MS).toISOString(),
      windows: { five_hour: { ...fiveHour, utilization: 60 } },
    };
    const row = createRow([fiveHour, week], { witness });
    expect(formatStatusLine(row, { model: undefined, nowMs: NOW_MS })).toBe(
      "5h 60% · week 63% · resets 14:20 · disputed",
    );
  });
});

describe("the session's model", () => {
  test.each([
    ["Fable", "5h 42% · week 63% · Fable 71% · resets 14:20"],
    ["Fable 5 (1M context)", "5h 42% · week 63% · Fable 71% · resets 14:20"],
    ["claude-fable-5", "5h 42% · week 63% · Fable 71% · resets 14:20"],
    ["Opus", "5h 42% · week 63% · resets 14:20"],
    ["Affable", "5h 42% · week 63% · resets 14:20"],
  ])("%s has its own window, if there is one", (model, line) => {
    expect(format([fiveHour, week, fable], model)).toBe(line);
  });

  test("near the limit of its own window shows that reset", () => {
    expect(format([fiveHour, week, { ...fable, utilization: 97 }], "Fable")).toBe(
      "5h 42% · week 63% · Fable 97% · resets Thu 04:00",
    );
  });

  test("can not act on the terminal by its name", () => {
    const hostile = { ...fable, model: "Fable\u{1B}]52;c;eA\u{7}\r{5h}{reset}" };
    expect(format([fiveHour, hostile], "Fable")).toBe(
      "5h 42% · Fable\u{FFFD}]52;c;eA\u{FFFD}\u{FFFD}5hreset 71% · resets 14:20",
    );
  });
});

describe("a template", () => {
  test.each([
    ["{5h}/{7d}", "42/63"],
    ["{binding}% {reset_clock}", "63% Thu 04:00"],
    ["{model}%", "71%"],
    ["{model:fable}", "71"],
    ["{nonsense}", "{nonsense}"],
    ["", ""],
  ])("%j becomes %j", (template, line) => {
    expect(format([fiveHour, week, fable], "Fable", template)).toBe(line);
  });

  test("that asks for a model nobody named gets a question mark", () => {
    expect(format([fiveHour, fable], undefined, "{model}%")).toBe("?%");
  });
});
