// Which rows a command is about. Pure.
import type { Row } from "../../../shared/freshness.ts";
import { toTerminalText } from "../terminal-text.ts";

/** The rows that `--account` names, by e-mail, account uuid, organisation uuid or organisation name; all without it. */
export function selectRows(rows: readonly Row[], account: string | undefined): Row[] {
  if (account === undefined) return [...rows];
  const wanted = account.trim().toLowerCase();
  return rows.filter((row) =>
    [row.account_email, row.account_uuid, row.org_uuid, row.org_name].some((name) => name?.toLowerCase() === wanted),
  );
}

/** How a row is named in a list to choose from. */
export function toRowName(row: Row): string {
  return [row.account_email, row.org_name, row.org_uuid]
    .filter((name) => name !== null)
    .map((name) => toTerminalText(name))
    .join(" · ");
}
