// GET /metrics: what the bridge knows and has counted, for Prometheus.

import type { LimitKeeper } from "../limits/limit-keeper.ts";
import type { Counts } from "../metrics/counts.ts";
import { formatFamilies } from "../metrics/format-families.ts";
import { toFamilies } from "../metrics/to-families.ts";
import type { RowKeeper } from "../row-keeper.ts";
import type { Handler } from "../server.ts";

export type GetMetricsOptions = {
  rowKeeper: RowKeeper;
  limits: LimitKeeper;
  counts: Counts;
  version: string;
  now: () => number;
};

export function createGetMetrics({ rowKeeper, limits, counts, version, now }: GetMetricsOptions): Handler {
  return async ({ accept = "" }) => {
    const status = rowKeeper.readStatus();
    const families = toFamilies({ status, limits: limits.read(), counts, version, nowMs: now() });
    const { text, contentType } = await formatFamilies(families, accept.includes("application/openmetrics-text"));
    return { status: 200, body: text, contentType };
  };
}
