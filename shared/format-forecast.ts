// A forecast in a few words, the same in the terminal and in the popup.
import type { Forecast } from "./forecast.ts";
import { formatClock } from "./format.ts";

/** "full around 14:30" or "about 62 % at reset"; "" when there is nothing to say. */
export function formatForecast(forecast: Forecast | null | undefined, nowMs: number): string {
  if (!forecast) return "";
  if (forecast.exhausted_at !== null) return `full around ${formatClock(forecast.exhausted_at, nowMs)}`;
  return forecast.percent_at_reset === null ? "" : `about ${Math.round(forecast.percent_at_reset)} % at reset`;
}
