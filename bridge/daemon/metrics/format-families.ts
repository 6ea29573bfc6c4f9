// Metrics as text, by prom-client, which is loaded when somebody first asks: an idle bridge is no larger for it.
import type { RegistryContentType } from "prom-client";
import type { Family } from "./to-families.ts";

export type Exposition = { text: string; contentType: string };

/** OpenMetrics, or the older text form for whoever does not ask for that. */
export async function formatFamilies(families: readonly Family[], isOpenMetrics: boolean): Promise<Exposition> {
  const { Counter, Gauge, openMetricsContentType, Registry } = await import("prom-client");
  const registry = new Registry<RegistryContentType>();
  if (isOpenMetrics) registry.setContentType(openMetricsContentType);
  for (const { name, kind, help, samples } of families) {
    // Without a label prom-client would show a zero that nobody has measured.
    if (samples.length === 0) continue;
    const labelNames = Object.keys(samples[0]?.labels ?? {});
    const configuration = { name, help, labelNames, registers: [] };
    if (kind === "gauge") {
      const gauge = new Gauge(configuration);
      for (const { labels, value } of samples) gauge.set(labels, value);
      registry.registerMetric(gauge);
    } else {
      const counter = new Counter(configuration);
      for (const { labels, value } of samples) counter.inc(labels, value);
      registry.registerMetric(counter);
    }
  }
  return { text: await registry.metrics(), contentType: registry.contentType };
}
