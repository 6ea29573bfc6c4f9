// What an import into Grafana needs of a dashboard, and the questions it asks Prometheus.
import { readFileSync } from "node:fs";
import * as z from "zod/mini";
import { toExamplePath } from "./example.ts";

const sourceSchema = z.strictObject({
  type: z.literal("prometheus"),
  uid: z.string().check(z.regex(/^\$\{datasource\}$/)),
});

const panelSchema = z.looseObject({
  id: z.int(),
  type: z.enum(["bargauge", "table", "timeseries", "state-timeline"]),
  title: z.string().check(z.minLength(1)),
  datasource: sourceSchema,
  gridPos: z.strictObject({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
  targets: z.array(z.looseObject({ refId: z.string(), expr: z.string(), datasource: sourceSchema })),
  fieldConfig: z.strictObject({ defaults: z.looseObject({ unit: z.string() }), overrides: z.array(z.unknown()) }),
  options: z.looseObject({}),
});
export type Panel = z.infer<typeof panelSchema>;

const dashboardSchema = z.looseObject({
  /** Null: it is new wherever it is imported. */
  id: z.null(),
  uid: z.string().check(z.regex(/^[a-z-]{1,40}$/)),
  title: z.string(),
  schemaVersion: z.int(),
  time: z.strictObject({ from: z.string(), to: z.string() }),
  templating: z.strictObject({
    list: z.array(z.looseObject({ name: z.string(), type: z.enum(["datasource", "query"]) })),
  }),
  panels: z.array(panelSchema),
});
export type Dashboard = z.infer<typeof dashboardSchema>;

export function readDashboard(): Dashboard {
  return dashboardSchema.parse(JSON.parse(readFileSync(toExamplePath("grafana-dashboard.json"), "utf8")));
}

/** Every question, with "all" chosen in the dashboard's lists. */
export function listQuestions({ panels }: Dashboard): string[] {
  return panels.flatMap(({ targets }) => targets.map(({ expr }) => expr.replaceAll(/\$(org|account)/g, ".*")));
}
