// The documented dashboard, alerts and table of metrics name what the bridge has, and nothing else.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { noLimits } from "../../../../bridge/daemon/limits/merge-limits.ts";
import { createCounts } from "../../../../bridge/daemon/metrics/counts.ts";
import { toFamilies } from "../../../../bridge/daemon/metrics/to-families.ts";
import { toExamplePath } from "../../../harness/example.ts";
import { listQuestions, type Panel, readDashboard } from "../../../harness/grafana-dashboard.ts";
import { createStatus } from "../../../shared/wire-examples.ts";

const families = toFamilies({
  status: createStatus(),
  counts: createCounts(),
  limits: noLimits,
  version: "0.1.0",
  nowMs: 0,
});
const known = new Set(families.map(({ name }) => name));

function listNames(text: string): string[] {
  return [...text.matchAll(/claude_meter_[a-z_]+/g)].map(([name]) => name);
}

test("the dashboard and the alerts ask for metrics that there are", () => {
  const alerts = readFileSync(toExamplePath("prometheus-alerts.yml"), "utf8");
  const asked = listNames(`${listQuestions(readDashboard()).join(" ")} ${alerts}`);
  expect(asked.filter((name) => !known.has(name))).toEqual([]);
  expect(asked.length).toBeGreaterThan(15);
});

test("docs/metrics.md explains every metric and no other", () => {
  const docs = readFileSync(fileURLToPath(new URL("../../../../docs/metrics.md", import.meta.url)), "utf8");
  const table = docs.split("\n").filter((line) => line.startsWith("| `claude_meter_"));
  const explained = table.flatMap((line) => {
    const [first = ""] = line.split(" | ");
    return listNames(first).concat(first.includes("`_limit`") ? ["claude_meter_money_limit"] : []);
  });
  expect(explained.toSorted()).toEqual([...known].toSorted());
});

test("the dashboard's panels have ids of their own, lie within 24 columns and do not overlap", () => {
  const { panels } = readDashboard();
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { gridPos } of panels) expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
  const overlapping = panels.filter((panel, index) => panels.slice(index + 1).some((other) => doOverlap(panel, other)));
  expect(overlapping.map(({ title }) => title)).toEqual([]);
});

function doOverlap({ gridPos: a }: Panel, { gridPos: b }: Panel): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}
