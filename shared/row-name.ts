// What a row is called where a person reads it.

type Named = { org_name: string | null; account_email: string | null; org_uuid: string };

/** claude.ai names a personal organisation after its owner's e-mail; the e-mail alone says as much and fits. */
export function formatRowName({ org_name, account_email, org_uuid }: Named): string {
  const isPersonal = org_name === `${account_email}'s Organization`;
  return (isPersonal ? account_email : org_name) ?? account_email ?? org_uuid;
}

/** That an organisation has no overage or subscription is its normal state, and no reader's trouble. */
export function isTrouble(error: string): boolean {
  return !error.endsWith(": not-available");
}
