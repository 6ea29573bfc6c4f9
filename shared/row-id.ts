// Which row: one account in one organisation. The account is null where nobody could look it up.
import * as z from "zod/mini";
import { uuidSchema } from "./wire-text.ts";

export const rowIdSchema = z.object({ org_uuid: uuidSchema, account_uuid: z.nullable(uuidSchema) });
export type RowId = z.infer<typeof rowIdSchema>;
