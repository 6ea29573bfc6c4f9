// What the table says of where a row's numbers come from.
import { expect, test } from "vitest";
import { renderTable } from "../../../bridge/cli/rows/render-table.ts";
import type { Row } from "../../../shared/freshness.ts";
import { createRow, now } from "./rows.ts";

function readState(more: Partial<Row>): string | undefined {
  const rows = [{ ...createRow(), ...more }];
  const terminal = { columns: 120, hasColour: false };
  return renderTable({ rows, installs: [], nowMs: now, redact: false, terminal }).split("\n")[1];
}

test.each([
  ["nothing when the extension read it", {}, "  10 s ago"],
  ["so when Claude Code heard it", { source: "statusline" } as const, "  10 s ago, from Claude Code's status line"],
  [
    "so when two sources contradict each other",
    { disputed: true } as const,
    "  10 s ago, DISPUTED: two sources report different numbers, the higher one counts",
  ],
])("the table says %s", (_name, more, state) => {
  expect(readState(more)).toBe(state);
});

test("a window says where it is from, or how old it is, where that is other than the row's first line", () => {
  const [first, ...rest] = createRow().windows;
  if (!first) throw new Error("a row without windows");
  const at = (seconds: number) => new Date(now - seconds * 1000).toISOString();
  const windows = [
    { ...first, source: "statusline", observed_at: at(10) },
    { ...first, id: "b", label: "B", source: "extension", observed_at: at(900), stale: true as const },
    { ...first, id: "c", label: "C", source: "statusline", observed_at: at(10), disputed: true as const },
    ...rest.map((window) => ({ ...window, source: "statusline" })),
  ];
  const rows = [{ ...createRow(), source: "statusline", windows }];
  const terminal = { columns: 160, hasColour: false };
  const lines = renderTable({ rows, installs: [], nowMs: now, redact: false, terminal }).split("\n").slice(2);
  expect(lines[0]).not.toContain("ago");
  expect(lines[1]).toContain("STALE, browser, 15 min ago");
  expect(lines[2]).toMatch(/ {2}disputed/);
});
