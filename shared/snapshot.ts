// What one poll of one organisation gave: the unit that the extension queues and the bridge merges.
import * as z from "zod/mini";
import { moneySchema } from "./claude-ai/money.ts";
import { planSchema } from "./claude-ai/organisation.ts";
import { overageSchema } from "./claude-ai/overage.ts";
import { subscriptionSchema } from "./claude-ai/subscription.ts";
import { jsonObjectSchema } from "./json.ts";
import { MAX_WINDOWS, usageWindowSchema } from "./usage-window.ts";
import { isoSchema, problemTextSchema, textSchema, uuidSchema } from "./wire-text.ts";

export const snapshotSchema = z.object({
  /** Null when the account could not be looked up; such a snapshot joins the organisation's only row. */
  account_uuid: z.nullable(uuidSchema),
  account_email: z.nullable(textSchema),
  org_uuid: uuidSchema,
  org_name: z.nullable(textSchema),
  plan: z.nullable(planSchema),
  /** When the numbers were read, corrected by the server's Date header. */
  fetched_at: isoSchema,
  /** The server's body, untouched; null when the read failed, then only `errors` says something. */
  usage: z.nullable(jsonObjectSchema),
  windows: z.array(usageWindowSchema).check(z.maxLength(MAX_WINDOWS)),
  money: z.nullable(moneySchema),
  overage: z.nullable(overageSchema),
  overage_fetched_at: z.nullable(isoSchema),
  subscription: z.nullable(subscriptionSchema),
  subscription_fetched_at: z.nullable(isoSchema),
  errors: z.array(problemTextSchema).check(z.maxLength(60)),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** Without the server's own body, for whoever only shows it. */
export const bareSnapshotSchema = z.omit(snapshotSchema, { usage: true });
export type BareSnapshot = z.infer<typeof bareSnapshotSchema>;
