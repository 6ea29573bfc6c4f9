// What `claude-meter --json` prints, checked against the contract each time a test reads it.
import * as z from "zod/mini";
import { storedRowSchema } from "../../shared/row.ts";

/** A source of a later version may have any name. */
const printedRowSchema = z.extend(storedRowSchema, {
  source: z.string(),
  disputed: z.optional(z.literal(true)),
  age_seconds: z.number(),
  stale: z.boolean(),
  state: z.enum(["fresh", "aging", "stale"]),
});
export type PrintedRow = z.infer<typeof printedRowSchema>;

export function parsePrintedRows(stdout: string): PrintedRow[] {
  return z.array(printedRowSchema).parse(JSON.parse(stdout));
}
