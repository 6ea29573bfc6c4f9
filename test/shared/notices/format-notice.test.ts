// What a notification says: what, how full, when it starts again.
import { expect, test } from "vitest";
import type { Shown } from "../../../extension/meter-state.ts";
import type { Notice } from "../../../shared/notices/decide-notices.ts";
import { formatNotices } from "../../../shared/notices/format-notice.ts";
import type { RowWindow } from "../../../shared/row.ts";
import { createRowWindow, createShown } from "../../shared/wire-examples.ts";

const NOON = new Date(2026, 10, 20, 12, 0).getTime();

function toNotice(kind: Notice<Shown>["kind"], window: Partial<RowWindow> = {}): Notice<Shown> {
  const resets_at = new Date(2026, 10, 20, 14, 20).toISOString();
  return { kind, row: createShown(), window: createRowWindow({ utilization: 96.4, resets_at, ...window }) };
}

test.each<{ name: string; notices: Notice<Shown>[]; title: string; message: string }>([
  {
    name: "a threshold",
    notices: [toNotice("critical")],
    title: "5-hour: 96.4 % used",
    message: "Resets in 2 h 20 min (14:20).",
  },
  {
    name: "a reset",
    notices: [toNotice("reset", { utilization: 2 })],
    title: "5-hour: has reset, 2 % used",
    message: "Resets in 2 h 20 min (14:20).",
  },
  {
    name: "no reset time",
    notices: [toNotice("warning", { resets_at: null })],
    title: "5-hour: 96.4 % used",
    message: "Reset time unknown.",
  },
  {
    name: "several, the gravest first",
    notices: [
      toNotice("reset", { utilization: 0 }),
      toNotice("warning", { label: "Weekly", utilization: 80 }),
      toNotice("critical"),
    ],
    title: "3 Claude limits",
    message: [
      "5-hour: 96.4 % used. Resets in 2 h 20 min (14:20).",
      "Weekly: 80 % used. Resets in 2 h 20 min (14:20).",
      "5-hour: has reset, 0 % used. Resets in 2 h 20 min (14:20).",
    ].join("\n"),
  },
])("$name", ({ notices, title, message }) => {
  expect(formatNotices(notices, "one", NOON)).toEqual({ title, message });
});

test("where there are several rows it is told whose limit it is", () => {
  expect(formatNotices([toNotice("critical")], "several", NOON).title).toBe("5-hour (Example): 96.4 % used");
});
