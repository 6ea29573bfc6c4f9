// The wire of GET /history: what was seen of each window over time. Moments are epoch milliseconds, because a year of them is a lot.
import * as z from "zod/mini";
import { sourceSchema } from "./reading.ts";
import { windowIdSchema } from "./usage-window.ts";
import { isoSchema, textSchema, uuidSchema } from "./wire-text.ts";

/** One observation: when, percent (null: unknown), and when the window was to reset (null: not said). */
export const historyPointSchema = z.tuple([z.int(), z.nullable(z.number()), z.nullable(z.int())]);
export type HistoryPoint = z.infer<typeof historyPointSchema>;

export const seriesSchema = z.object({
  org_uuid: uuidSchema,
  account_uuid: z.nullable(uuidSchema),
  /** A window's id as in the row; "money" for the percent of the paid usage. */
  window: windowIdSchema,
  label: textSchema,
  /** False: too many points were asked for, and of each stretch of time only the lowest and the highest are here. */
  is_exact: z.boolean(),
  /** Ascending. */
  points: z.array(historyPointSchema),
  /** Whose the points are, from the first moment of each stretch on; without it all are the extension's. */
  sources: z.optional(z.array(z.tuple([z.int(), sourceSchema]))),
  /** When the window reset, as toResets finds it in all points. */
  resets: z.array(z.int()),
});
export type Series = z.infer<typeof seriesSchema>;

export const historySchema = z.object({
  schema: z.literal(1),
  since: isoSchema,
  until: isoSchema,
  /** Between two neighbours of a series further apart than this nobody looked: a gap, never to be drawn over. */
  gap_ms: z.int(),
  series: z.array(seriesSchema),
});
export type History = z.infer<typeof historySchema>;
