// Which row is meant, where one has to be named from outside: as the row itself says it. The body of POST /forget.
import * as z from "zod/mini";
import { storedRowSchema } from "./row.ts";

export const rowIdSchema = z.object({
  org_uuid: storedRowSchema.shape.org_uuid,
  account_uuid: storedRowSchema.shape.account_uuid,
  account_email: storedRowSchema.shape.account_email,
});
export type RowId = z.infer<typeof rowIdSchema>;

export const forgetReplySchema = z.looseObject({
  /** False when the bridge has no such row, or none any more. */
  forgotten: z.boolean(),
});
