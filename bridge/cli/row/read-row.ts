// The one row that a gate or a line is about: the one named, else the one of the pane's login, else the only one; never the
// first of several. And the rows that a table is about.
import { type Row, toRow } from "../../../shared/freshness.ts";
import type { Install } from "../../../shared/row.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import type { Login } from "../../state/read-login.ts";
import { type Pane, readPane } from "../../state/read-pane.ts";
import { readStatus } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";
import { toTerminalText } from "../terminal-text.ts";

export type RowChoice =
  | { kind: "row"; row: Row }
  /** Nobody has reported yet. */
  | { kind: "no-data" }
  /** Somebody may be signed in here, and nobody can tell who. */
  | { kind: "unreadable-login" }
  | {
      kind: "unknown-account" | "ambiguous-account";
      rows: readonly Row[];
      /** What takes the place of the pane's login, so that nobody can tell whose quota it spends. */
      credential?: string;
    };

export type RowReading = (RowChoice | { kind: "damaged" }) & { installs: readonly Install[] };

/** `readOwn`: of another pane than this one. */
export function readRow(account: string | undefined, nowMs: number, readOwn: () => Pane = readPane): RowReading {
  const reading = readStatus(toStatusPath(toStateFolder()));
  if (reading.kind !== "read") return { kind: reading.kind === "missing" ? "no-data" : "damaged", installs: [] };
  const { rows, installs } = reading.status;
  const shown = rows.map((row) => toRow(row, nowMs));
  const choice = account === undefined ? selectByPane(shown, readOwn()) : selectByName(shown, account);
  return { ...choice, installs };
}

export function selectByName(rows: readonly Row[], account: string): RowChoice {
  return rows.length === 0 ? { kind: "no-data" } : choose(rows, selectRows(rows, account));
}

export function selectByPane(rows: readonly Row[], pane: Pane): RowChoice {
  if (rows.length === 0) return { kind: "no-data" };
  switch (pane.kind) {
    case "signed-in":
      return choose(rows, selectByLogin(rows, pane.login));
    case "nobody":
      return choose(rows, rows);
    case "unreadable":
      return { kind: "unreadable-login" };
    case "other-credential":
      return { kind: "ambiguous-account", rows, credential: pane.setting };
  }
}

function choose(rows: readonly Row[], matches: readonly Row[]): RowChoice {
  const [only, second] = matches;
  if (!only) return { kind: "unknown-account", rows };
  return second ? { kind: "ambiguous-account", rows: matches } : { kind: "row", row: only };
}

function selectByLogin(rows: readonly Row[], login: Login): readonly Row[] {
  const matches = rows.filter((row) => isOrganisation(row, login) && isAccount(row, login));
  // A row whose account could not be looked up is only this login's while no row says so itself.
  const exact = matches.filter((row) => login.account_uuid !== undefined && row.account_uuid === login.account_uuid);
  return exact.length > 0 ? exact : matches;
}

function isOrganisation(row: Row, login: Login): boolean {
  return login.org_uuid === undefined || row.org_uuid === login.org_uuid;
}

function isAccount(row: Row, login: Login): boolean {
  if (login.account_uuid !== undefined && row.account_uuid !== null) return row.account_uuid === login.account_uuid;
  if (login.email !== undefined && row.account_email !== null) return row.account_email.toLowerCase() === login.email;
  return login.org_uuid !== undefined;
}

/** The rows that `--account` names, by e-mail, account uuid, organisation uuid or organisation name; all without it. */
export function selectRows(rows: readonly Row[], account: string | undefined): Row[] {
  if (account === undefined) return [...rows];
  const wanted = account.trim().toLowerCase();
  return rows.filter((row) =>
    [row.account_email, row.account_uuid, row.org_uuid, row.org_name].some((name) => name?.toLowerCase() === wanted),
  );
}

/** Whose row is meant: what --account says, else CLAUDE_METER_ACCOUNT. */
export function toAccount(given: string | undefined): string | undefined {
  return given ?? (process.env["CLAUDE_METER_ACCOUNT"] || undefined);
}

const ACCOUNT_SOURCES = " (--account, or CLAUDE_METER_ACCOUNT)";

export function toNoMatchError(rows: readonly Row[], account: string, source = ACCOUNT_SOURCES): CliError {
  const list = rows.map((row) => `  ${toRowName(row)}`).join("\n");
  return new CliError("unknown", `no account matches ${JSON.stringify(account)}${source}. Known accounts:\n${list}`);
}

/** How a row is named in a list to choose from. */
export function toRowName(row: Row): string {
  return [row.account_email, row.org_name, row.org_uuid]
    .filter((name) => name !== null)
    .map((name) => toTerminalText(name))
    .join(" · ");
}
