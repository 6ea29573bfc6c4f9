// What the bridge knows, and how a post changes it. Pure. Every part is a register in which the newest observation wins,
// so equal sets of snapshots give equal states, in whatever order, however often and through whichever browser they came.
import { MAX_AHEAD_MS } from "../../shared/decide-value.ts";
import type { Post, Sequenced } from "../../shared/protocol.ts";
import type { SourceRecord } from "../../shared/reading.ts";
import type { Install, Status, StoredRow } from "../../shared/row.ts";
import { toRowSources } from "../../shared/row-sources.ts";
import { hasSequence, mergeSequences } from "../../shared/sequence-ranges.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { toIso } from "../../shared/time.ts";
import { mergeSource } from "./merge-source.ts";

type Register<T> = { at: string; value: T };
type Seen = Install["seen"][number];

export type Names = Pick<Snapshot, "account_uuid" | "account_email" | "org_name" | "plan">;

/** One account in one organisation, as far as those who named exactly this account told. */
export type RowRecord = {
  org_uuid: string;
  account: string | null;
  /** As the readings of other sources name it. */
  names: Register<Names> | undefined;
  /** Its fetched_at is when the numbers were observed. Undefined while no browser has read the row. */
  good: Snapshot | undefined;
  overage: Register<Snapshot["overage"]> | undefined;
  subscription: Register<Snapshot["subscription"]> | undefined;
  /** What every other source said, by its name. */
  sources: ReadonlyMap<string, SourceRecord>;
};

export type InstallRecord = Omit<Install, "seen"> & { seen: ReadonlyMap<string, Seen> };

export type BridgeState = {
  rows: ReadonlyMap<string, RowRecord>;
  installs: ReadonlyMap<string, InstallRecord>;
};

export const emptyState: BridgeState = { rows: new Map(), installs: new Map() };

/** The state after a post whose readable snapshots are `sequenced`. */
export function mergePost(
  state: BridgeState,
  post: Post,
  sequenced: readonly Sequenced[],
  receivedMs: number,
): BridgeState {
  const rows = new Map(state.rows);
  const known = state.installs.get(post.install);
  const seen = new Map(known?.seen);
  for (const { snapshot } of toTelling(state, post, sequenced, receivedMs)) {
    const observed = toObserved(snapshot, receivedMs);
    const key = toSnapshotKey(observed);
    const row = mergeRow(rows.get(key), observed, receivedMs);
    if (row) rows.set(key, row);
    seen.set(key, mergeSeen(seen.get(key), observed, receivedMs));
  }
  const installs = new Map(state.installs);
  const sequences = mergeSequences(
    known?.sequences ?? [],
    sequenced.map(({ sequence }) => sequence),
  );
  installs.set(post.install, { ...mergeInstall(known, post, receivedMs), sequences, seen });
  return { ...state, rows, installs };
}

/**
 * Without what was received before and is dated ahead: that counts from its arrival, and only the first one tells when
 * that was. A second one would make an old value new.
 */
export function toTelling(
  { installs }: BridgeState,
  { install }: Post,
  sequenced: readonly Sequenced[],
  receivedMs: number,
): Sequenced[] {
  const received = installs.get(install)?.sequences ?? [];
  return sequenced.filter(({ sequence, snapshot: { fetched_at, overage_fetched_at, subscription_fetched_at } }) => {
    const dates = [fetched_at, overage_fetched_at, subscription_fetched_at];
    return !hasSequence(received, sequence) || !dates.some((each) => each !== null && isAhead(each, receivedMs));
  });
}

export function toKey(orgUuid: string, account: string | null): string {
  return `${orgUuid} ${account ?? "?"}`;
}

export function toSnapshotKey(snapshot: Snapshot): string {
  return toKey(snapshot.org_uuid, toAccount(snapshot));
}

/** A snapshot is never newer than its arrival: a date in the future cannot pin a row. */
export function toObserved(snapshot: Snapshot, receivedMs: number): Snapshot {
  return {
    ...snapshot,
    fetched_at: earlier(snapshot.fetched_at, receivedMs),
    overage_fetched_at: snapshot.overage_fetched_at && earlier(snapshot.overage_fetched_at, receivedMs),
    subscription_fetched_at: snapshot.subscription_fetched_at && earlier(snapshot.subscription_fetched_at, receivedMs),
  };
}

export function earlier(iso: string, limitMs: number): string {
  return Date.parse(iso) <= limitMs ? iso : toIso(limitMs);
}

/** The account's uuid, else its e-mail, which only stands in for a uuid of the same organisation. */
function toAccount(snapshot: Snapshot): string | null {
  return snapshot.account_uuid ?? snapshot.account_email;
}

function mergeRow(known: RowRecord | undefined, snapshot: Snapshot, receivedMs: number): RowRecord | undefined {
  // A failed read says nothing about the numbers, so it opens no row and changes none.
  if (snapshot.usage === null) return known;
  const next = toRecord(snapshot);
  if (!known?.good || !isAhead(known.good.fetched_at, receivedMs)) return joinRows(known, next);
  return { ...next, names: known.names, sources: known.sources };
}

function toRecord(snapshot: Snapshot): RowRecord {
  const { overage, overage_fetched_at, subscription, subscription_fetched_at } = snapshot;
  return {
    org_uuid: snapshot.org_uuid,
    account: toAccount(snapshot),
    names: undefined,
    good: snapshot,
    sources: new Map(),
    overage: overage_fetched_at ? { at: overage_fetched_at, value: overage } : undefined,
    subscription: subscription_fetched_at ? { at: subscription_fetched_at, value: subscription } : undefined,
  };
}

/** No honest date lies there, unless our clock was set back; and waiting for it could take years. */
export function isAhead(iso: string, nowMs: number): boolean {
  return Date.parse(iso) - nowMs > MAX_AHEAD_MS;
}

/** Two records of one row as one; keeps the first one's account. */
export function joinRows(known: RowRecord | undefined, other: RowRecord): RowRecord {
  if (!known) return other;
  return {
    ...known,
    names: joinNames(known.names, other.names),
    good: betterOf(known.good, other.good),
    overage: newerOf(known.overage, other.overage),
    subscription: newerOf(known.subscription, other.subscription),
    sources: [...other.sources.values()].reduce(
      (sources, next) => new Map(sources).set(next.source, mergeSource(sources.get(next.source), next)),
      known.sources,
    ),
  };
}

/** The newer word on each of them; what it leaves open the older one says. */
function joinNames(a: RowRecord["names"], b: RowRecord["names"]): RowRecord["names"] {
  const newer = newerOf(a, b);
  const older = newer === a ? b : a;
  if (!newer || !older) return newer;
  const { account_uuid, account_email, org_name, plan } = newer.value;
  return {
    at: newer.at,
    value: {
      account_uuid: account_uuid ?? older.value.account_uuid,
      account_email: account_email ?? older.value.account_email,
      org_name: org_name ?? older.value.org_name,
      plan: plan ?? older.value.plan,
    },
  };
}

/** What is known of whose row it is: a browser's word first, which comes each minute. */
export function toNames({ good, names }: RowRecord): Names {
  const said = names?.value;
  return {
    account_uuid: good?.account_uuid ?? said?.account_uuid ?? null,
    account_email: good?.account_email ?? said?.account_email ?? null,
    org_name: good?.org_name ?? said?.org_name ?? null,
    plan: good?.plan ?? said?.plan ?? null,
  };
}

function betterOf(a: Snapshot | undefined, b: Snapshot | undefined): Snapshot | undefined {
  if (!a || !b) return a ?? b;
  return compareGood(a, b) >= 0 ? a : b;
}

/** Newest observation first, even when it is lower; at the same moment the higher value, then any fixed order. */
function compareGood(a: Snapshot, b: Snapshot): number {
  return (
    compare(a.fetched_at, b.fetched_at) ||
    compare(toHighest(a), toHighest(b)) ||
    compare(JSON.stringify(a), JSON.stringify(b))
  );
}

function toHighest(snapshot: Snapshot): number {
  return Math.max(-1, ...snapshot.windows.map((window) => window.utilization ?? -1));
}

function newerOf<T>(a: Register<T> | undefined, b: Register<T> | undefined): Register<T> | undefined {
  if (!a || !b) return a ?? b;
  return (compare(a.at, b.at) || compare(JSON.stringify(a.value), JSON.stringify(b.value))) >= 0 ? a : b;
}

function mergeSeen(known: Seen | undefined, snapshot: Snapshot, receivedMs: number): Seen {
  const next: Seen = {
    org_uuid: snapshot.org_uuid,
    account: toAccount(snapshot),
    observed_at: snapshot.fetched_at,
    good_at: snapshot.usage === null ? null : snapshot.fetched_at,
    errors: snapshot.errors,
  };
  if (!known || isAhead(known.observed_at, receivedMs)) return next;
  const order = compare(known.observed_at, next.observed_at) || compare(known.errors.join(), next.errors.join());
  const good_at = compare(known.good_at ?? "", next.good_at ?? "") >= 0 ? known.good_at : next.good_at;
  return { ...(order >= 0 ? known : next), good_at };
}

function mergeInstall(
  known: InstallRecord | undefined,
  post: Post,
  receivedMs: number,
): Omit<Install, "seen" | "sequences"> {
  const next = {
    install: post.install,
    browser: post.browser,
    extension_version: post.extension_version,
    state: post.poll.state,
    polled_at: earlier(post.poll.at, receivedMs),
    retry_at: post.poll.retry_at,
    ...(post.reads && { reads: post.reads }),
    ...(post.dropped && { dropped: post.dropped }),
  };
  if (!known || isAhead(known.polled_at, receivedMs)) return next;
  const { seen, sequences, ...last } = known;
  return (compare(last.polled_at, next.polled_at) || compare(toText(last), toText(next))) > 0 ? last : next;
}

/** The same text whatever the order in which the fields were set. */
function toText(report: Record<string, unknown>): string {
  return JSON.stringify(Object.entries(report).toSorted(([a], [b]) => compare(a, b)));
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The state that a status file was made from, as far as it still matters. */
export function restoreState(status: Status): BridgeState {
  const rows = new Map(status.rows.map(restoreRow).map((record) => [toKey(record.org_uuid, record.account), record]));
  const installs = new Map<string, InstallRecord>();
  for (const { seen, ...install } of status.installs) {
    const entries = seen.map((each) => [toKey(each.org_uuid, each.account), each] as const);
    installs.set(install.install, { ...install, seen: new Map(entries) });
  }
  return { rows, installs };
}

function restoreRow(stored: StoredRow): RowRecord {
  const { schema, binding, browser, source, sources, witness, ...row } = stored;
  const { org_uuid, account_uuid, account_email, org_name, plan } = row;
  const said = toRowSources(stored).filter((each) => each.source !== "extension");
  const record: RowRecord = {
    org_uuid,
    account: account_uuid ?? account_email,
    names: { at: row.fetched_at, value: { account_uuid, account_email, org_name, plan } },
    good: undefined,
    overage: undefined,
    subscription: undefined,
    sources: new Map(said.map((each) => [each.source, each])),
  };
  if (row.usage === null) return record;
  const windows = row.windows.flatMap(({ state, last_known, forecast, source, observed_at, ...window }) =>
    source === undefined || source === "extension"
      ? [{ ...window, utilization: window.utilization ?? last_known }]
      : [],
  );
  return joinRows(record, toRecord({ ...row, windows, errors: [] }));
}
