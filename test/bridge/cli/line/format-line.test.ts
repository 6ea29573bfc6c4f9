// The status line's template: every placeholder, every state, and text from outside that must not act.
import { describe, expect, test } from "vitest";
import { formatLine } from "../../../../bridge/cli/line/format-line.ts";
import { createRow, DAY, HOUR, MINUTE, now, type RowParts, SECOND } from "../rows.ts";

const at = (ms: number) => new Date(now + ms).toISOString();
const windows: RowParts["windows"] = [
  { id: "five_hour", utilization: 42.58, resets_at: at(2 * HOUR + 11 * MINUTE) },
  { id: "seven_day", label: "Weekly", utilization: 60, resets_at: at(3 * DAY) },
  {
    id: "scoped:fable",
    label: "Weekly, Fable",
    model: "Fable",
    scope: "model",
    utilization: 86,
    resets_at: at(2 * DAY),
  },
];
const row = createRow({ windows });
const line = (template?: string, of = row) =>
  formatLine(of, { nowMs: now, template }).replace(/\b\d\d:\d\d\b/g, "HH:MM");

describe("a line", () => {
  test.each([
    { template: undefined, text: "60% 3 d" },
    { template: "{5h}% {reset}", text: "42.5% 2 h 11 min" },
    { template: "{5h}% {reset} {7d}% {reset}", text: "42.5% 2 h 11 min 60% 3 d" },
    { template: "{reset}", text: "3 d" },
    { template: "{reset_clock}", text: "Mon HH:MM" },
    { template: "{5h} until {reset_clock}", text: "42.5 until HH:MM" },
    { template: "{binding} {binding_name}", text: "60 Weekly" },
    { template: "{model:fable} {model:Opus} {reset}", text: "86 ? ?" },
    { template: "{window:scoped:fable} {window:nothing}", text: "86 ?" },
    { template: "{money}% {age} {state}", text: "24.6% 10 s fresh" },
    { template: "#[fg=red]{5h}%%", text: "#[fg=red]42.5%%" },
    { template: "{nothing} {} {5h", text: "{nothing} {} {5h" },
    { template: "", text: "" },
  ])("$template", ({ template, text }) => {
    expect(line(template)).toBe(text);
  });
});

describe("what is not known is a question mark", () => {
  test.each([
    { name: "unknown value", parts: { windows: [{ utilization: null }] }, text: "? 2 h" },
    { name: "reset passed", parts: { windows: [{ resets_at: at(-1) }] }, text: "? due" },
    { name: "no reset known", parts: { windows: [{ resets_at: null }] }, text: "42 ?" },
    { name: "not started", parts: { windows: [{ utilization: 0, resets_at: null }] }, text: "0 -" },
    { name: "no windows", parts: { windows: [] }, text: "? ?" },
  ])("$name: $text", ({ parts, text }) => {
    expect(line("{5h} {reset}", createRow(parts))).toBe(text);
    if (parts.windows.length > 0) expect(line("{binding} {reset}", createRow(parts))).toBe(text);
  });

  test("an account without limits shows its money", () => {
    expect(line(undefined, createRow({ windows: [] }))).toBe("24.6%");
    expect(line(undefined, createRow({ windows: [], money: null }))).toBe("?%");
  });
});

describe("age", () => {
  test.each([
    { ageMs: 10 * SECOND, template: "{5h}", text: "42" },
    { ageMs: 9 * MINUTE, template: "{5h}", text: "42" },
    { ageMs: 12 * MINUTE, template: "{5h}", text: "42 (stale, 12 min)" },
    { ageMs: 12 * MINUTE, template: "{5h} {state}", text: "42 stale" },
    { ageMs: 12 * MINUTE, template: "{5h} {age}", text: "42 12 min" },
    { ageMs: -DAY, template: "{5h}", text: "? (stale, 0 s)" },
  ])("$ageMs ms in $template: $text", ({ ageMs, template, text }) => {
    expect(line(template, createRow({ ageMs }))).toBe(text);
  });
});

test("without names a window is called by its id", () => {
  expect(formatLine(row, { nowMs: now, template: "{binding_name}", redact: true })).toBe("seven_day");
});

test("a name from outside is shown only when it is asked for, and can not act in tmux or a terminal", () => {
  const hostile = createRow({
    org_name: "#(touch /tmp/x)",
    windows: [{ label: "#(touch /tmp/x) #{E:@y} \u001b[2J\u202e%", utilization: 50 }],
  });
  expect(line(undefined, hostile)).toBe("50% 2 h");
  expect(line("{binding_name}", hostile)).toBe("##(touch /tmp/x) ##{E:@y} \u{FFFD}[2J\u{FFFD}%");
});
