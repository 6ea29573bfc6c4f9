// POST /forget, on the socket: the row that is to be forgotten, as the row itself says it, and whether it was.
import * as z from "zod/mini";
import { storedRowSchema } from "./row.ts";
import { rowIdSchema } from "./row-id.ts";

export const forgetQuestionSchema = z.extend(rowIdSchema, { account_email: storedRowSchema.shape.account_email });
export type ForgetQuestion = z.infer<typeof forgetQuestionSchema>;

export const forgetReplySchema = z.looseObject({
  /** False when the bridge has no such row, or none any more. */
  forgotten: z.boolean(),
});
