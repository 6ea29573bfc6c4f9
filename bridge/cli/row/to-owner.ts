// Whose readings a pane may report: the login's, when it is certain and names account and organisation. Pure.
import type { Reading } from "../../../shared/reading.ts";
import type { Pane } from "../../state/read-pane.ts";

export type Owner = Pick<Reading, "account_uuid" | "org_uuid" | "account_email">;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function toOwner(pane: Pane): Owner | undefined {
  if (pane.kind !== "signed-in") return undefined;
  const { account_uuid, org_uuid, email = null } = pane.login;
  // They become names of files and rows, and the file they come from could have been written by anybody.
  if (!account_uuid || !org_uuid || !UUID.test(account_uuid) || !UUID.test(org_uuid)) return undefined;
  return { account_uuid, org_uuid, account_email: email };
}
