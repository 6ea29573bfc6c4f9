// The row that a status line shows: what the bridge knows, and what this session has just heard from the server. Pure.
import { fillIn, findWitnessed } from "../../../shared/apply-witness.ts";
import { decideBinding, type Row, toRow, toWindowAt } from "../../../shared/freshness.ts";
import type { RowWindow } from "../../../shared/row.ts";
import type { Witness } from "../../../shared/witness.ts";
import type { Login } from "../row/read-login.ts";

/** The session's own row with its numbers where they are newer; a stale row keeps nothing else. */
export function toShownRow(row: Row | undefined, witness: Witness, nowMs: number): Row {
  if (!row) return toBareRow(witness, nowMs);
  if (!isNewer(witness, row)) return row;
  if (row.stale) {
    const { witness: _, disputed, ...stored } = row;
    return toRow(fillIn(stored, witness), nowMs);
  }
  const windows = row.windows.map((window): RowWindow => {
    const said = findWitnessed(witness, window.id);
    return said ? toWindowAt({ ...window, ...said, severity: null, last_known: null }, nowMs) : window;
  });
  return { ...row, windows, binding: decideBinding(windows) };
}

export function isNewer(witness: Witness, row: Row): boolean {
  return Date.parse(witness.observed_at) > Date.parse(row.fetched_at);
}

/** Only then is what the session hears about this row; one e-mail can have two organisations. */
export function isRowOfLogin(row: Row, login: Login | undefined): boolean {
  return (
    login?.account_uuid !== undefined && login.account_uuid === row.account_uuid && login.org_uuid === row.org_uuid
  );
}

/** Nothing but the session's own numbers, when it is not known whose they are. */
function toBareRow(witness: Witness, nowMs: number): Row {
  const labels = { five_hour: "5-hour", seven_day: "Weekly" } as const;
  const windows = (["five_hour", "seven_day"] as const).flatMap((id): RowWindow[] => {
    const said = witness.windows[id];
    const common = { model: null, scope: "account", severity: null, is_active: null, dollars: null } as const;
    return said ? [{ id, label: labels[id], ...common, ...said, state: "open", last_known: null }] : [];
  });
  return toRow(
    {
      schema: 1,
      account_uuid: null,
      org_uuid: "",
      org_name: null,
      account_email: null,
      plan: null,
      browser: "",
      source: "statusline",
      fetched_at: witness.observed_at,
      usage: null,
      windows,
      binding: null,
      money: null,
      overage: null,
      overage_fetched_at: null,
      subscription: null,
      subscription_fetched_at: null,
      errors: [],
    },
    nowMs,
  );
}
