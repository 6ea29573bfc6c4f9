// Short words for what browsers told the bridge, so that a test's table shows only what matters in it.
import { type BridgeState, emptyState, mergePost } from "../../../bridge/daemon/merge.ts";
import { toStatus } from "../../../bridge/daemon/to-status.ts";
import type { Post } from "../../../shared/protocol.ts";
import type { StoredRow } from "../../../shared/row.ts";
import type { Snapshot } from "../../../shared/snapshot.ts";
import { toIso } from "../../../shared/time.ts";
import { createPost, createSnapshot, createUsageWindow } from "../../shared/wire-examples.ts";

export const TEN = Date.parse("2026-11-20T10:00:00.000Z");

/** The moment so many seconds after ten o'clock. */
export function at(seconds: number): string {
  return toIso(TEN + seconds * 1000);
}

export function toUuid(kind: "account" | "organisation" | "install", index: number): string {
  const group = { account: "4aaa", organisation: "4bbb", install: "4ccc" }[kind];
  return `00000000-0000-${group}-8000-${String(index).padStart(12, "0")}`;
}

export const ana = { account_uuid: toUuid("account", 1), account_email: "ana@example.com" };
export const ben = { account_uuid: toUuid("account", 2), account_email: "ben@example.com" };
/** The account lookup failed, and with it went the names. */
export const nobody = { account_uuid: null, account_email: null, org_name: null, plan: null };
export const acme = { org_uuid: toUuid("organisation", 1), org_name: "Acme" };
export const bolt = { org_uuid: toUuid("organisation", 2), org_name: "Bolt" };

/** A read of Ana's at Acme, so many seconds after ten, that found the session this full; without any, it failed. */
export function read(seconds: number, utilization: number | undefined, more: Partial<Snapshot> = {}): Snapshot {
  const isGood = utilization !== undefined;
  return createSnapshot({
    ...ana,
    ...acme,
    fetched_at: at(seconds),
    usage: isGood ? { five_hour: { utilization } } : null,
    windows: isGood ? [createUsageWindow({ utilization })] : [],
    ...(isGood ? {} : { money: null, errors: ["usage: server-error"] }),
    overage: null,
    overage_fetched_at: null,
    subscription: null,
    subscription_fetched_at: null,
    ...more,
  });
}

export type Told = {
  snapshots: readonly Snapshot[];
  install?: number;
  browser?: string;
  /** When the bridge hears it; the poll was at its newest snapshot unless said otherwise. */
  receivedAt?: number;
  poll?: Partial<Post["poll"]>;
  /** That it says it can read Ana's row of Acme. */
  isReader?: boolean;
  firstSequence?: number;
};

const browsers = ["Arc", "Brave", "Chrome", "Edge"];

export function tell(state: BridgeState, told: Told): BridgeState {
  const { snapshots, install = 2, receivedAt = 3600, poll, isReader, firstSequence = 1 } = told;
  const newest =
    snapshots
      .map((snapshot) => snapshot.fetched_at)
      .toSorted()
      .at(-1) ?? at(0);
  const sequenced = snapshots.map((snapshot, index) => ({ sequence: firstSequence + index, snapshot }));
  const post = createPost({
    install: toUuid("install", install),
    browser: told.browser ?? browsers[install] ?? "Chrome",
    poll: { state: "ok", at: newest, retry_at: null, ...poll },
    ...(isReader && { reads: [{ org_uuid: acme.org_uuid, account_uuid: ana.account_uuid }] }),
    snapshots: sequenced,
  });
  return mergePost(state, post, sequenced, TEN + receivedAt * 1000);
}

export function tellAll(...all: readonly Told[]): BridgeState {
  return all.reduce(tell, emptyState);
}

export function toRows(state: BridgeState, seconds = 3600): StoredRow[] {
  return toStatus(state, TEN + seconds * 1000).rows;
}

/** "ana@example.com Acme 42 % at +0 s by Chrome ! usage: server-error". */
export function toLine(row: StoredRow): string {
  const utilization = row.windows[0]?.utilization ?? "?";
  const seconds = (Date.parse(row.fetched_at) - TEN) / 1000;
  const errors = row.errors.map((error) => ` ! ${error}`).join("");
  return `${row.account_email} ${row.org_name} ${utilization} % at ${seconds} s by ${row.browser}${errors}`;
}
