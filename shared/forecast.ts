// Where a window is heading, as the row says it. The bridge computes it; a reader drops it when the row is stale.
import * as z from "zod/mini";
import { isoSchema } from "./wire-text.ts";

export const forecastSchema = z.object({
  /** Percentage points an hour, as the window is spent now. */
  percent_per_hour: z.number(),
  /** The utilization expected at the reset of the window; above 100 when it would go on. Null: unknown. */
  percent_at_reset: z.nullable(z.number()),
  /** When 100 percent is expected, before the reset; null: not before it. */
  exhausted_at: z.nullable(isoSchema),
  /** Percentage points above (+) or below (-) an even spend of the window; null where its length is not known. */
  pace: z.nullable(z.number()),
});
export type Forecast = z.infer<typeof forecastSchema>;
