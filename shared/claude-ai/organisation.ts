// An organisation as claude.ai lists it: whether it has plan usage, and which plan.
import * as z from "zod/mini";
import { toDisplayText } from "../display-text.ts";
import { uuidSchema } from "../wire-text.ts";

export const planSchema = z.enum(["Free", "Pro", "Max 5x", "Max 20x", "Team", "Enterprise"]);
export type Plan = z.infer<typeof planSchema>;

const text = z.catch(z.nullish(z.string()), null);

const organisationSchema = z.looseObject({
  uuid: uuidSchema,
  name: text,
  capabilities: z.catch(z.nullish(z.array(z.string())), null),
  raven_type: text,
  rate_limit_tier: text,
});

export type Organisation = { org_uuid: string; org_name: string | null; plan: Plan | null };

/** The organisations that can have plan usage, in the server's order. API-only ones and unreadable entries are left out. */
export function parseOrganisations(entries: readonly unknown[]): Organisation[] {
  const found = new Map<string, Organisation>();
  for (const entry of entries) {
    const read = organisationSchema.safeParse(entry);
    // Without a capabilities list only the usage endpoint can tell, so it is asked.
    if (!read.success || read.data.capabilities?.includes("chat") === false) continue;
    const { uuid, name } = read.data;
    found.set(uuid, { org_uuid: uuid, org_name: name ? toDisplayText(name) : null, plan: toPlan(read.data) });
  }
  return [...found.values()];
}

/** By capability: the tier `default_claude_ai` belongs to Free and Pro alike, so a tier only tells the size of Max. */
function toPlan(organisation: z.infer<typeof organisationSchema>): Plan | null {
  const { capabilities, raven_type: raven, rate_limit_tier: tier } = organisation;
  if (!capabilities) return null;
  if (capabilities.includes("raven_enterprise") || raven === "enterprise") return "Enterprise";
  if (capabilities.includes("raven") || raven === "team") return "Team";
  if (capabilities.includes("claude_max")) {
    return tier === "default_claude_max_20x" ? "Max 20x" : tier === "default_claude_max_5x" ? "Max 5x" : null;
  }
  if (capabilities.includes("claude_pro")) return "Pro";
  return "Free";
}
