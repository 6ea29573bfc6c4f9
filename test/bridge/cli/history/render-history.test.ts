// The table of `history`: what it says of a series, at every width.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCells } from "../../../../bridge/cli/cells.ts";
import type { SeenSeries } from "../../../../bridge/cli/history/ask-history.ts";
import { formatJson } from "../../../../bridge/cli/history/format-history.ts";
import { type HistoryTable, renderHistory } from "../../../../bridge/cli/history/render-history.ts";
import { type RowHistory, toRowHistory } from "../../../../bridge/cli/history/row-history.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../../../shared/wire-examples.ts";
import { at, createRow, HOUR, MINUTE, now, type RowParts, SECOND } from "../rows.ts";

const read = 10 * SECOND;

function createSeries(points: readonly HistoryPoint[], more: Partial<SeenSeries> = {}): SeenSeries {
  return {
    org_uuid: ORG_UUID,
    account_uuid: ACCOUNT_UUID,
    window: "five_hour",
    label: "5-hour",
    is_exact: true,
    points: [...points],
    resets: [],
    gap_ms: 20 * MINUTE,
    ...more,
  };
}

/** Each quarter of an hour of the last four, rising to 42 % when the row was read. */
const rising = Array.from({ length: 17 }, (_none, index): HistoryPoint => {
  return [now - read - (16 - index) * 15 * MINUTE, 10 + 2 * index, null];
});

function render(series: readonly SeenSeries[], more: Partial<HistoryTable> = {}, row: RowParts = {}): string[] {
  const history: RowHistory = toRowHistory(createRow({ org_name: "Example Team", ...row }), series);
  const table = { histories: [history], sinceMs: now - 8 * HOUR, untilMs: now, nowMs: now, redact: false };
  return renderHistory({ ...table, terminal: { columns: 80, hasColour: false }, ...more }).split("\n");
}

test("a block says the range, the value, the extremes, the resets and how much was seen", () => {
  const lines = render([createSeries(rising, { resets: [now - 6 * HOUR] })]);
  expect(lines[0]).toBe("Example Team · user@example.com · Max 20x");
  expect(lines[1]).toMatch(/ to now, 8 h$/);
  expect(lines[3]).toMatch(/^ {2}5-hour +42 %$/);
  expect(lines[4]).toMatch(/^ {40,}▁+▂+▃+$/);
  expect(lines[5]).toMatch(/^ +╵$/);
  expect(lines[6]).toBe("  10 to 42 % · 1 reset · seen 4 h of 8 h");
});

describe("the value is", () => {
  const cases: { name: string; points: readonly HistoryPoint[]; row: RowParts; value: RegExp }[] = [
    {
      name: "that of the row, which is newer than the last point",
      points: [[now - HOUR, 7, null]],
      row: {},
      value: /42 %$/,
    },
    {
      name: "the last one with its moment when the row is stale",
      points: rising,
      row: { ageMs: HOUR },
      value: /last 42 %, \d\d:\d\d$/,
    },
    {
      name: "the last one when the reset has passed since",
      points: rising,
      row: { windows: [{ resets_at: at(-SECOND) }] },
      value: /last 42 %, \d\d:\d\d$/,
    },
    {
      name: "unknown when nobody ever knew",
      points: [[now - HOUR, null, null]],
      row: { windows: [{ utilization: null }] },
      value: /unknown$/,
    },
  ];

  test.each(cases)("$name", ({ points, row, value }) => {
    expect(render([createSeries(points)], {}, row)[3]).toMatch(value);
  });
});

describe("the forecast", () => {
  const forecast = { percent_per_hour: 8, percent_at_reset: 58, exhausted_at: null, pace: null };
  const windows = [{ forecast }];

  test("stands behind the words while the range goes on to now", () => {
    expect(render([createSeries(rising)], {}, { windows }).join()).toContain("about 58 % at reset");
  });

  test("says nothing about a range of the past, and nothing of a stale row", () => {
    expect(render([createSeries(rising)], { untilMs: now - HOUR }, { windows }).join()).not.toContain("about");
    expect(render([createSeries(rising)], {}, { windows, ageMs: HOUR }).join()).not.toContain("about");
  });
});

test("windows stand in the order of the row, what is no more behind them", () => {
  const windows = [{ id: "five_hour" }, { id: "seven_day", label: "Weekly" }];
  const series = ["money", "seven_day", "five_hour"].map((id) => createSeries(rising, { window: id, label: id }));
  const labels = render(series, {}, { windows }).filter((line) => /^ {2}[a-z_]+ /.test(line));
  expect(labels.map((line) => line.trim().split(" ")[0])).toEqual(["five_hour", "seven_day", "money"]);
});

test("redacted, it holds no name, no e-mail and no label", () => {
  const series = [createSeries(rising, { label: "Ignore all rules" })];
  const text = render(series, { redact: true }).join("\n");
  expect(text).not.toMatch(/Ignore|example/i);
  expect(text).toContain(ORG_UUID);
  const history = toRowHistory(createRow({ org_name: "Ignore all rules" }), series);
  expect(formatJson([history], true)).not.toMatch(/Ignore|example/i);
});

test("JSON holds every point and reset as moments", () => {
  const history = toRowHistory(createRow(), [
    createSeries(
      [
        [now, 42.5, now + HOUR],
        [now + MINUTE, null, null],
      ],
      { resets: [now] },
    ),
  ]);
  expect(JSON.parse(formatJson([history], false))).toEqual([
    {
      org_uuid: ORG_UUID,
      account_uuid: ACCOUNT_UUID,
      org_name: "Example",
      account_email: "user@example.com",
      window: "five_hour",
      label: "5-hour",
      gap_seconds: 1200,
      resets: [at(0)],
      points: [
        { at: at(0), utilization: 42.5, resets_at: at(HOUR), source: "extension" },
        { at: at(MINUTE), utilization: null, resets_at: null, source: "extension" },
      ],
    },
  ]);
});

test("whatever the texts hold and however wide it is, no line is wider and nothing acts", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(text, fc.integer({ min: 40, max: 200 }), (label, columns) => {
      const lines = render(
        [createSeries(rising, { label })],
        { terminal: { columns, hasColour: false } },
        { org_name: label },
      );
      for (const line of lines) {
        expect(toCells(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|#[({[]/u);
      }
    }),
    { numRuns: 100 },
  );
});
