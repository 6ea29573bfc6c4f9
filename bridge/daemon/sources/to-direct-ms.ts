// When the newest direct reading of a login's row was true. Pure.
import type { Status } from "../../../shared/row.ts";
import { toRowSources } from "../../../shared/row-sources.ts";
import { isDirect } from "../../../shared/sources.ts";
import type { Login } from "../../state/read-login.ts";

export function toDirectMs({ rows }: Status, { org_uuid, account_uuid }: Login): number | undefined {
  const row = rows.find((each) => each.org_uuid === org_uuid && each.account_uuid === account_uuid);
  const direct = row && toRowSources(row).find(({ source }) => isDirect(source));
  return direct && Date.parse(direct.observed_at);
}
