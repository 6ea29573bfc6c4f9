// What somebody was told of one window in its present period, from one reset to the next.
import * as z from "zod/mini";
import { rowIdSchema } from "../row-id.ts";
import { windowIdSchema } from "../usage-window.ts";
import { isoSchema } from "../wire-text.ts";
import { levelSchema } from "./level.ts";

export const toldSchema = z.extend(rowIdSchema, {
  window: windowIdSchema,
  /** When the window was last said to reset. */
  resets_at: z.nullable(isoSchema),
  /** Its last utilization that can be believed. */
  used: z.number(),
  /** The highest level that the user was told of. */
  told: levelSchema,
  /** Whether it was over a threshold at any time. */
  wasOver: z.boolean(),
  /** The period before was over a threshold, and nobody has said yet that it ended. */
  owesReset: z.boolean(),
  /** How many readings in a row look as if it had reset before its time. */
  lows: z.int(),
  seen_at: isoSchema,
});
export type Told = z.infer<typeof toldSchema>;
