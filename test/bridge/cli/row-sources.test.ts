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
    "  10 s ago, DISPUTED: Claude Code reports another number, the higher one counts",
  ],
])("the table says %s", (_name, more, state) => {
  expect(readState(more)).toBe(state);
});
