// The account behind the session, and the organisations it is a member of.
import * as z from "zod/mini";
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import { type Organisation, parseOrganisations } from "../../shared/claude-ai/organisation.ts";
import { toDisplayText } from "../../shared/display-text.ts";
import { uuidSchema } from "../../shared/wire-text.ts";

const membershipSchema = z.looseObject({ organization: z.optional(z.unknown()) });
const accountSchema = z.looseObject({
  uuid: uuidSchema,
  email_address: z.catch(z.nullish(z.string()), null),
  memberships: z.catch(z.nullish(z.array(z.unknown())), null),
});

export type Account = { account_uuid: string; account_email: string | null; organisations: Organisation[] };

/** Throws MeterError "changed" when the answer names no account. */
export function parseAccount(body: unknown): Account {
  const read = accountSchema.safeParse(body);
  if (!read.success) throw new MeterError("changed", { cause: read.error });
  const { uuid, email_address: email, memberships } = read.data;
  const entries = (memberships ?? []).map((entry) => membershipSchema.safeParse(entry).data?.organization);
  return {
    account_uuid: uuid,
    account_email: email ? toDisplayText(email, 128) : null,
    organisations: parseOrganisations(entries),
  };
}
