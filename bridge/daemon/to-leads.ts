// What a browser is told of who reads its rows, and of those that another one reads the row itself. Pure.
import type { Lead } from "../../shared/protocol.ts";
import type { Status, StoredRow } from "../../shared/row.ts";
import type { RowId } from "../../shared/row-id.ts";
import type { BareSnapshot } from "../../shared/snapshot.ts";
import type { Leadership } from "./leaders.ts";

/** A row has some kilobytes, and an acknowledgement stays a small answer. */
const MAX_ROWS = 16;

export function toLeads(leaderships: readonly Leadership[], install: string, { rows, installs }: Status): Lead[] {
  return leaderships.map(({ org_uuid, account_uuid, leader, teller, waitMs }, index) => {
    const is_own = leader === install;
    const row = is_own || index >= MAX_ROWS ? undefined : rows.find((each) => isRow(each, { org_uuid, account_uuid }));
    const browser = installs.find((each) => each.install === leader)?.browser ?? "another browser";
    return {
      org_uuid,
      account_uuid,
      is_own,
      browser,
      wait_ms: Math.round(waitMs),
      ...(teller !== undefined && { is_teller: teller === install }),
      ...(row && { row: toBareSnapshot(row) }),
    };
  });
}

function isRow(row: StoredRow, { org_uuid, account_uuid }: RowId): boolean {
  return row.org_uuid === org_uuid && row.account_uuid === account_uuid;
}

function toBareSnapshot(row: StoredRow): BareSnapshot {
  const { schema, browser, source, binding, witness, usage, windows, ...bare } = row;
  return {
    ...bare,
    windows: windows.map(({ state, last_known, forecast, ...window }) => {
      return { ...window, utilization: window.utilization ?? last_known };
    }),
  };
}
