// The published form of what the bridge knows: one row per account and organisation, browsers and errors joined. Pure.

import { toProblem } from "../../shared/claude-ai/problem.ts";
import { decideBinding, FRESH_MS, toWindowAt } from "../../shared/freshness.ts";
import type { Install, Status, StoredRow } from "../../shared/row.ts";
import { toIso } from "../../shared/time.ts";
import type { ForecastWindow } from "./forecast/forecasts.ts";
import { type BridgeState, type InstallRecord, joinRows, type RowRecord, toKey } from "./merge.ts";

/** A browser that has not read a row for this long before its newest value is no longer named. */
const BROWSER_KEPT_MS = 7 * 86_400_000;

export function toStatus(state: BridgeState, nowMs: number, forecastWindow: ForecastWindow = () => null): Status {
  const rows = joinUnknownAccounts(state).map((joined) => toStoredRow(joined, state, nowMs, forecastWindow));
  return {
    schema: 1,
    generated_at: toIso(nowMs),
    rows: rows.toSorted((a, b) => (toSortKey(a) < toSortKey(b) ? -1 : 1)),
    installs: [...state.installs.values()].map(toInstall).toSorted((a, b) => (a.install < b.install ? -1 : 1)),
  };
}

export type RowKeys = { org_uuid: string; account_uuid: string | null; keys: readonly string[] };

/** Under which keys each row's snapshots came. */
export function toRowKeys(state: BridgeState): RowKeys[] {
  return joinUnknownAccounts(state).map(({ row, keys }) => {
    return { org_uuid: row.org_uuid, account_uuid: row.good.account_uuid, keys: [...keys] };
  });
}

/** A row, and the keys under which browsers saw it. */
type Joined = { row: RowRecord; keys: Set<string> };

/**
 * A record whose account is unknown belongs to the organisation's only account; with two accounts there it stands alone.
 * An e-mail that is the e-mail of a known account is that account. What was seen so, by a browser that brought no value or
 * brought it before a restart, and in history, is of the same row.
 */
export function joinUnknownAccounts({ rows }: Pick<BridgeState, "rows">): Joined[] {
  const joined: Joined[] = [];
  for (const record of [...rows.values()].toSorted((a, b) => toDoubt(a) - toDoubt(b))) {
    const only = toDoubt(record) === 0 ? undefined : findOnly(joined, record.org_uuid, record.account);
    const key = toKey(record.org_uuid, record.account);
    if (only) {
      only.row = withNamesOf(only.row, joinRows(only.row, record));
      only.keys.add(key);
    } else joined.push({ row: record, keys: new Set([key]) });
  }
  for (const { org_uuid, account_email } of joined.map(({ row }) => row.good)) {
    for (const account of [account_email, null])
      findOnly(joined, org_uuid, account)?.keys.add(toKey(org_uuid, account));
  }
  return joined;
}

/** The surest first: what is less sure may join it. */
function toDoubt({ good }: RowRecord): number {
  return good.account_uuid !== null ? 0 : good.account_email !== null ? 1 : 2;
}

/** The one row that an e-mail, or an account of which nothing is known, can belong to. */
function findOnly(joined: readonly Joined[], orgUuid: string, account: string | null): Joined | undefined {
  const matches = joined.filter(
    ({ row }) => row.org_uuid === orgUuid && (account === null || row.good.account_email === account),
  );
  return matches.length === 1 ? matches[0] : undefined;
}

/** A lookup that failed tells no names; they are those of the account that it joined. */
function withNamesOf(known: RowRecord, joined: RowRecord): RowRecord {
  const { account_uuid, account_email } = known.good;
  const org_name = joined.good.org_name ?? known.good.org_name;
  const plan = joined.good.plan ?? known.good.plan;
  return { ...joined, good: { ...joined.good, account_uuid, account_email, org_name, plan } };
}

function toStoredRow(
  { row, keys }: Joined,
  state: BridgeState,
  nowMs: number,
  forecastWindow: ForecastWindow,
): StoredRow {
  const { good } = row;
  const observedMs = Date.parse(good.fetched_at);
  const windows = good.windows.map((window) =>
    toWindowAt({ ...window, forecast: forecastWindow(keys, window, observedMs) }, nowMs),
  );
  const installs = [...state.installs.values()];
  const readers = installs.flatMap((install) => toReader(install, keys));
  const standBys = installs.filter((install) => canRead(install, keys));
  const witness = state.witnesses.get(toKey(good.org_uuid, good.account_uuid));
  return {
    schema: 1,
    account_uuid: good.account_uuid,
    org_uuid: good.org_uuid,
    org_name: good.org_name,
    account_email: good.account_email,
    plan: good.plan,
    browser: toBrowsers(readers, standBys, good.fetched_at),
    source: "extension",
    fetched_at: good.fetched_at,
    usage: good.usage,
    windows,
    binding: decideBinding(windows),
    money: good.money && { ...good.money, out_of_credits: good.money.out_of_credits || isOutOfCredits(row) },
    overage: row.overage?.value ?? null,
    overage_fetched_at: row.overage?.at ?? null,
    subscription: row.subscription?.value ?? null,
    subscription_fetched_at: row.subscription?.at ?? null,
    errors: toErrors(readers, good.fetched_at),
    ...(witness && { witness }),
  };
}

function isOutOfCredits(row: RowRecord): boolean {
  return row.overage?.value?.out_of_credits === true;
}

/** One browser profile's view of one row: when it last looked, when it last had a value, what it complained of. */
type Reader = { browser: string; looked_at: string; good_at: string; errors: readonly string[] };

/** It stands by for the browser that reads the row. */
function canRead({ state, reads = [] }: InstallRecord, keys: ReadonlySet<string>): boolean {
  return state === "ok" && reads.some(({ org_uuid, account_uuid }) => keys.has(toKey(org_uuid, account_uuid)));
}

function toReader(install: InstallRecord, keys: ReadonlySet<string>): Reader[] {
  const views = [...keys].flatMap((key) => install.seen.get(key) ?? []);
  // Of two views of one moment always the same, whatever order they came in.
  const [newest] = views.toSorted((a, b) => (toViewOrder(a) > toViewOrder(b) ? -1 : 1));
  if (!newest) return [];
  const [good_at = ""] = views
    .flatMap((view) => view.good_at ?? [])
    .toSorted()
    .toReversed();
  const base = { browser: install.browser, good_at };
  // A poll that failed as a whole is newer than what it last saw of any row, and explains all of them.
  if (install.state !== "ok" && install.polled_at > newest.observed_at) {
    return [{ ...base, looked_at: install.polled_at, errors: [toProblem("account", install.state)] }];
  }
  return [{ ...base, looked_at: newest.observed_at, errors: newest.errors }];
}

function toViewOrder({ observed_at, errors }: Install["seen"][number]): string {
  return `${observed_at} ${errors.join()}`;
}

function toBrowsers(readers: readonly Reader[], standBys: readonly InstallRecord[], fetchedAt: string): string {
  const oldestMs = Date.parse(fetchedAt) - BROWSER_KEPT_MS;
  const reading = readers.filter((reader) => Date.parse(reader.looked_at) >= oldestMs);
  const standingBy = standBys.filter((install) => Date.parse(install.polled_at) >= oldestMs);
  return [...new Set([...reading, ...standingBy].map(({ browser }) => browser))].toSorted().join(", ");
}

/** A browser's complaint counts while no other browser has brought a fresh value: signed out in one is no loss then. */
function toErrors(readers: readonly Reader[], fetchedAt: string): string[] {
  const errors = readers.flatMap((reader) => {
    const others = readers.filter((other) => other !== reader).map((other) => Date.parse(other.good_at));
    const isCovered = others.some((goodMs) => Date.parse(reader.looked_at) - goodMs <= FRESH_MS);
    const isOfTheValue = reader.good_at === fetchedAt && reader.looked_at === fetchedAt;
    return isOfTheValue || !isCovered ? reader.errors : [];
  });
  return [...new Set(errors)].toSorted();
}

function toInstall({ seen, ...install }: InstallRecord): Install {
  return { ...install, seen: [...seen].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each) };
}

function toSortKey(row: StoredRow): string {
  return `${row.account_email ?? ""} ${row.org_name ?? ""} ${row.org_uuid} ${row.account_uuid ?? ""}`;
}
