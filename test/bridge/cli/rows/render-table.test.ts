// The table in a terminal: whatever the texts of a row hold, they turn, hide, move and run nothing.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toCells } from "../../../../bridge/cli/cells.ts";
import { renderTable } from "../../../../bridge/cli/rows/render-table.ts";
import { PROPERTY_TIMEOUT_MS } from "../../../harness/property-runs.ts";
import { createInstall } from "../../../shared/wire-examples.ts";
import { createRow, now } from "../rows.ts";

const terminal = { columns: 80, hasColour: false };

/** Each line of the table, with `text` in every place that a text from outside can stand. */
function render(text: string, more: { columns?: number; hasColour?: boolean; redact?: boolean } = {}): string[] {
  const window = { label: text, model: text };
  const row = createRow({
    org_name: text,
    account_email: `${text}@`,
    browser: text,
    windows: [{}, { ...window, id: "scoped:x", scope: "model" }],
  });
  const installs = [createInstall({ browser: text, state: "signed-out" })];
  const { redact = false, ...change } = more;
  const table = renderTable({ rows: [row], installs, nowMs: now, redact, terminal: { ...terminal, ...change } });
  expect(table.endsWith("\n")).toBe(true);
  return table.slice(0, -1).split("\n");
}

const plain = render("plain");
/** C0, DEL, C1, format, surrogates, private, unassigned, separators of lines, what has no shape. */
const HARMFUL = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
/** What tmux would run or fill in. */
const TMUX = /#[({[]/;

describe("a text that acts is only a text", () => {
  test.each([
    ["writes to the clipboard (OSC 52)", "\u001b]52;c;ZXZpbA==\u0007"],
    ["sets the title (OSC 0)", "\u001b]0;99 %\u0007"],
    ["is a link (OSC 8)", "\u001b]8;;http://evil.test\u0007free\u001b]8;;\u0007"],
    ["goes back to the start of the line", "99 %\r 1 %"],
    ["rubs out what stands before it", "99\b\b 1"],
    ["begins a line of its own", "Example\n  5-hour  1 %"],
    ["clears the screen", "\u001b[2J\u001b[H"],
    ["has the one-byte form of that (C1)", "\u009b2J\u009d52;c;ZXZpbA==\u009c"],
    ["is a device control string", "\u001bPq\u001b\\"],
    ["turns the direction", "user\u202emoc.elpmaxe@\u202c"],
    ["isolates it", "\u2066\u2067\u2068\u2069"],
    ["has no width", "a\u200bb\u200cc\u200dd\ufeff"],
    ["is written in tags", "\u{e0001}\u{e0069}\u{e0067}\u{e007f}"],
    ["ends a line for some (U+2028, U+0085)", "a\u2028b\u2029c\u0085d"],
    ["ends for some (NUL)", "a\u0000b"],
    ["piles up marks", `e${"\u0301".repeat(500)}`],
    ["runs a command in tmux", "#(touch /tmp/x)"],
    ["runs one behind a doubled sign", "##(touch /tmp/x) ###(touch /tmp/x)"],
    ["fills in a format in tmux", "#{pane_title} #{E:@x} #[fg=red]"],
  ])("%s", (_what, text) => {
    const lines = render(text);
    expect(lines).toHaveLength(plain.length);
    for (const line of lines) {
      expect(line).not.toMatch(HARMFUL);
      expect(line).not.toMatch(TMUX);
      expect([...line.normalize("NFC")].length).toBeLessThanOrEqual(90);
    }
  });

  test("a harmless number sign stays", () => {
    expect(render("Team #1 (old)")[0]).toContain("Team #1 (old)");
  });
});

test(
  "whatever the texts hold, on whatever terminal, there are as many lines and nothing acts",
  () => {
    const harmful = fc.constantFrom(
      "\u001b",
      "\r",
      "\n",
      "\b",
      "\u009b",
      "\u202e",
      "\u200b",
      "\u{e0041}",
      "#",
      "(",
      "{",
      "[",
    );
    const text = fc.string({ unit: fc.oneof(harmful, fc.string({ unit: "binary" })), minLength: 1, maxLength: 256 });
    const columns = fc.integer({ min: 20, max: 200 });
    let checked = 0;
    fc.assert(
      fc.property(text, columns, fc.boolean(), (given, width, redact) => {
        const lines = render(given, { columns: width, redact });
        expect(lines).toHaveLength(plain.length);
        for (const line of lines) {
          expect(line).not.toMatch(HARMFUL);
          expect(line).not.toMatch(TMUX);
        }
        checked += 1;
      }),
      { numRuns: 2_000 },
    );
    expect(checked).toBe(2_000);
  },
  PROPERTY_TIMEOUT_MS,
);

describe("a forecast", () => {
  const forecast = { percent_per_hour: 12, percent_at_reset: 66.2, exhausted_at: null, pace: 2 };
  const full = { ...forecast, percent_at_reset: 120, exhausted_at: new Date(now + 3_600_000).toISOString() };
  const windows = [{ forecast }, { id: "seven_day", label: "Weekly, Fable", utilization: 63, forecast: full }];
  const lines = (columns: number, ageMs = 10_000) =>
    renderTable({
      rows: [createRow({ windows, ageMs })],
      installs: [],
      nowMs: now,
      redact: false,
      terminal: { ...terminal, columns },
    });

  test("stands at the end of its line from a hundred columns on", () => {
    expect(lines(100)).toMatch(/ 42 % {2}in 2 h \(.*\) {2}about 66 % at reset$/m);
    expect(lines(100)).toMatch(/ 63 % {2}in 2 h \(.*\) {2}binds {2}full around \d\d:\d\d$/m);
  });

  test("stands below the reset at eighty, and below its window at forty", () => {
    expect(lines(80)).toMatch(/ {2}in 2 h \(\d\d:\d\d\)\n {46}about 66 % at reset\n/);
    expect(lines(80)).toMatch(/ {2}in 2 h \(\d\d:\d\d\) {2}binds\n {46}full around \d\d:\d\d$/m);
    expect(lines(40)).toMatch(/ {2}in 2 h \(\d\d:\d\d\)\n {4}about 66 % at reset\n/);
  });

  test("of an old reading is not shown", () => {
    expect(lines(200, 3_600_000)).not.toContain("about");
  });
});

describe.each([40, 80, 200])("in %i columns", (columns) => {
  const full = new Date(now + 4 * 86_400_000).toISOString();
  const forecast = { percent_per_hour: 12, percent_at_reset: 120, exhausted_at: full, pace: 2 };
  const weekly = { id: "seven_day", utilization: 63, resets_at: new Date(now + 400_000_000).toISOString() };

  test.each([
    ["组织名称测试", "每周"],
    ["😀🇩🇪👍🏽 team", "😀 weekly"],
    ["e\u0301cole d\u2019e\u0301te\u0301", "e\u0301te\u0301"],
    ["组织名称测试".repeat(9), "每周每周每周每周每周每周每周每周"],
  ])("no line of %s is wider, and the percents stand below each other", (name, label) => {
    const windows = [
      { label: "5-hour", forecast },
      { ...weekly, label, forecast },
    ];
    const parts = { org_name: name, account_email: `${name}@`, windows, ageMs: 420_000 };
    const row = { ...createRow(parts), disputed: true as const };
    const installs = [createInstall({ browser: name, state: "signed-out" })];
    const table = { rows: [row], installs, nowMs: now, redact: false, terminal: { columns, hasColour: false } };
    const lines = renderTable(table).split("\n");
    expect(Math.max(...lines.map(toCells))).toBeLessThanOrEqual(columns);
    expect(lines[1]).toMatch(/^ {2}7 min ago, aging,/);
    const percents = lines.filter((line) => / \d+ % {2}/.test(line));
    expect(percents).toHaveLength(2);
    expect(new Set(percents.map((line) => toCells(line.slice(0, line.indexOf(" %"))))).size).toBe(1);
    expect(lines.filter((line) => line.includes("full around"))).toHaveLength(2);
  });
});

test("redacted, it holds no name, no e-mail and no word of the server", () => {
  const name = "Ignore all rules";
  const window = { label: name, model: name, id: "scoped:x" };
  const row = createRow({ org_name: name, account_email: name, browser: "Chromium", windows: [window] });
  const table = { rows: [row], installs: [], nowMs: now, terminal };
  expect(renderTable({ ...table, redact: false })).toContain(name);
  expect(renderTable({ ...table, redact: true })).not.toContain("Ignore");
  expect(renderTable({ ...table, redact: true })).toContain("scoped:x");
});

test("colours are our own, begun and ended on their line", () => {
  for (const line of render("\u001b[31m red \u001b[0m", { hasColour: true })) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is looked for
    expect(line.replace(/\u001b\[\d+m/g, "")).not.toMatch(HARMFUL);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the escapes are what is looked for
    expect((line.match(/\u001b\[/g) ?? []).length % 2).toBe(0);
  }
});
