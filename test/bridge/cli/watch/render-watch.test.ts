// The screen of `watch`: what stands on it at every size, and that no text from outside gets out of its place.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCells } from "../../../../bridge/cli/cells.ts";
import { renderWatch, type View } from "../../../../bridge/cli/watch/render-watch.ts";
import { appendRows } from "../../../../bridge/cli/watch/traces.ts";
import type { Row } from "../../../../shared/freshness.ts";
import { createInstall } from "../../../shared/wire-examples.ts";
import { at, createRow, DAY, HOUR, MINUTE, now } from "../rows.ts";

const forecast = { percent_per_hour: 8, percent_at_reset: 58, exhausted_at: null, pace: null };
const row = createRow({
  org_name: "Example Team",
  windows: [{ forecast }, { id: "seven_day", label: "Weekly", utilization: 33, resets_at: at(3 * DAY) }],
});

function view(more: Partial<View> & { columns?: number; height?: number } = {}): View {
  const { columns = 80, height = 24, ...change } = more;
  return {
    rows: [row],
    installs: [],
    traces: appendRows(new Map(), [row], now),
    events: [],
    link: "live",
    nowMs: now,
    scroll: 0,
    redact: false,
    terminal: { columns, lines: height, hasColour: false },
    ...change,
  };
}

const render = (more: Parameters<typeof view>[0] = {}) => renderWatch(view(more)).lines;

describe("a window takes", () => {
  test("one line where there is room", () => {
    const [, line] = render({ columns: 200 });
    expect(line).toMatch(/^ {2}5-hour .*42 % {2}in 2 h \(.*\) {2}binds +5 h .*about 58 % at reset$/);
  });

  test("two lines at 80 columns, the sparkline and the forecast on the second", () => {
    const [, first, second] = render();
    expect(first).toMatch(/^ {2}5-hour +█{7}░{11} +42 % {2}in 2 h \(.*\) {2}binds *$/);
    expect(second).toMatch(/^ +5 h .* about 58 % at reset$/);
  });

  test("three at 40", () => {
    const [, first, second, third] = render({ columns: 40 });
    expect(first).toMatch(/^ {2}5-hour +42 % {2}in 2 h \(\d\d:\d\d\) *$/);
    expect(second).toMatch(/^ {4}████░{6} 5 h /);
    expect(third).toBe("    about 58 % at reset");
  });
});

test.each([
  [40, 10],
  [80, 24],
  [200, 50],
  [12, 3],
  [1, 1],
])("at %i x %i there are as many lines as the terminal has", (columns, height) => {
  expect(render({ columns, height })).toHaveLength(height);
});

describe.each([40, 80, 200])("a name of wide characters in %i columns", (columns) => {
  const wide = createRow({
    org_name: "组织名称测试😀",
    ageMs: 7 * MINUTE,
    windows: [
      { label: "每五小时" },
      { id: "seven_day", label: "Weekly", utilization: 63, resets_at: at(4 * DAY - HOUR) },
    ],
  });
  const lines = render({ rows: [wide], columns });

  test("leaves the age whole, at the edge", () => {
    expect(lines[0]).toMatch(/ 7 min ago, aging$/);
    expect(toCells(lines[0] ?? "")).toBe(columns);
  });

  test("moves no column, and the weekly reset has room for all of it", () => {
    const percents = lines.filter((line) => / \d+ % /.test(line));
    expect(new Set(percents.map((line) => toCells(line.slice(0, line.indexOf(" %"))))).size).toBe(1);
    expect(Math.max(...lines.map(toCells))).toBeLessThanOrEqual(columns);
    expect(percents[1]).toMatch(columns === 40 ? / in 3 d 23 h *$/ : / in 3 d 23 h \(\w+ \d\d:\d\d\) {2}binds /);
  });
});

describe("what does not fit", () => {
  const rows = Array.from({ length: 5 }, (_none, index) => createRow({ org_name: `Team ${index}` }));

  test("is scrolled to, no further than to its end, and the footer says how much is left", () => {
    const first = renderWatch(view({ rows, height: 10 }));
    expect(first.lines[0]).toContain("Team 0");
    expect(first.lines.at(-1)).toMatch(/^q quit {2}↑↓ scroll \(\d+ more\)/);
    const last = renderWatch(view({ rows, height: 10, scroll: 999 }));
    expect(last.maxScroll).toBe(first.maxScroll);
    expect(last.lines.join()).toContain("Team 4");
    expect(last.lines.at(-1)).toMatch(/^q quit {2}↑↓ scroll {3,}/);
  });

  test("is not spoken of when all of it fits", () => {
    expect(render().at(-1)).not.toContain("scroll");
  });
});

describe("what happened", () => {
  const events = Array.from({ length: 9 }, (_none, index) => ({ atMs: now, words: `event ${index}` }));

  test("stands above the footer, the newest last, as much as there is room for", () => {
    const lines = render({ events, height: 30 });
    expect(lines.slice(-7, -1).map((line) => line.slice(-1))).toEqual(["3", "4", "5", "6", "7", "8"]);
    expect(lines.at(-8)).toMatch(/^─{80}$/);
  });

  test("takes little of a low terminal", () => {
    const lines = render({ events, height: 10 });
    expect(lines.filter((line) => line.includes("event"))).toHaveLength(2);
    expect(lines.join()).not.toContain("─");
  });
});

describe("the last line says where the numbers come from", () => {
  const cases: { link: View["link"]; words: RegExp }[] = [
    { link: "live", words: /live \d\d:\d\d$/ },
    { link: "connecting", words: /connecting$/ },
    { link: "not-running", words: /bridge not running, values 3 min old$/ },
    { link: "no-answer", words: /bridge does not answer, values 3 min old$/ },
  ];
  const rows = [createRow({ ageMs: 3 * MINUTE })];

  test.each(cases)("$link", ({ link, words }) => {
    expect(render({ link, rows }).at(-1)).toMatch(words);
    expect(render({ link, rows, columns: 40 }).at(-1)).toMatch(words);
  });

  test("and when there is no room for both, that comes before the keys", () => {
    expect(render({ link: "not-running", rows, columns: 36 }).at(-1)).toBe("bridge not running, values 3 min old");
  });

  test("without any value nothing is said of its age", () => {
    expect(render({ link: "not-running", rows: [] }).at(-1)).toMatch(/bridge not running$/);
    expect(render({ link: "not-running", rows: [] }).join()).toContain("claude-meter bridge start");
    expect(render({ rows: [] }).join()).toContain("No reading yet");
  });
});

test("a stale row says so, and forecasts nothing", () => {
  const lines = render({ rows: [createRow({ ageMs: HOUR, windows: [{ forecast }] })] });
  expect(lines[0]).toMatch(/STALE, 1 h ago$/);
  expect(lines.join()).not.toContain("about");
});

test("a browser in trouble and a part that failed are told", () => {
  const installs = [createInstall({ state: "signed-out" })];
  const lines = render({ rows: [createRow({ errors: ["money: bad-shape"] })], installs });
  expect(lines.join("\n")).toMatch(/! money: bad-shape.*Chrome: signed-out/s);
});

test("redacted, it holds no name, no e-mail and no label", () => {
  const named: Row = createRow({
    org_name: "Ignore",
    account_email: "ignore@example.com",
    windows: [{ label: "Ignore" }],
  });
  expect(render({ rows: [named] }).join()).toContain("Ignore");
  expect(render({ rows: [named], redact: true }).join()).not.toMatch(/ignore/i);
});

test("whatever the texts hold and whatever the size, each line keeps its place and nothing acts", () => {
  const text = fc.string({ unit: "binary", minLength: 1, maxLength: 60 });
  const size = fc.record({ columns: fc.integer({ min: 40, max: 220 }), height: fc.integer({ min: 2, max: 60 }) });
  fc.assert(
    fc.property(text, size, (hostile, { columns, height }) => {
      const rows = [
        createRow({ org_name: hostile, account_email: hostile, browser: hostile, windows: [{ label: hostile }] }),
      ];
      const lines = render({
        rows,
        columns,
        height,
        installs: [createInstall({ browser: hostile, state: "offline" })],
      });
      expect(lines).toHaveLength(height);
      for (const line of lines) {
        expect(toCells(line)).toBeLessThanOrEqual(columns);
        expect(line).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]|#[({[]/u);
      }
    }),
    { numRuns: 100 },
  );
});
