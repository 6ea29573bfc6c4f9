// How alarming a window is: the user's thresholds, and never less than the server says.
import { expect, test } from "vitest";
import { decideLevel } from "../../../shared/notices/level.ts";

test.each([
  { utilization: 79.9, severity: null, level: "normal" },
  { utilization: 80, severity: null, level: "warning" },
  { utilization: 94.9, severity: "normal", level: "warning" },
  { utilization: 95, severity: "warning", level: "critical" },
  { utilization: 20, severity: "warning", level: "warning" },
  { utilization: 20, severity: "critical", level: "critical" },
  { utilization: 20, severity: "brand-new", level: "normal" },
  { utilization: null, severity: null, level: "normal" },
])("$utilization % that the server calls $severity: $level", ({ utilization, severity, level }) => {
  expect(decideLevel({ utilization, severity }, { warning: 80, critical: 95 })).toBe(level);
});

test.each([
  [10, "warning"],
  [20, "critical"],
])("with thresholds of 10 and 20, %i %% is %s", (utilization, level) => {
  expect(decideLevel({ utilization, severity: "normal" }, { warning: 10, critical: 20 })).toBe(level);
});
