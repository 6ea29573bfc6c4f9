// The published form of what the bridge knows: one row per account and organisation, browsers and errors joined. Pure.
import { decideBinding, FRESH_MS, toWindowAt } from "../../shared/freshness.ts";
import { toProblem } from "../../shared/problem.ts";
import type { Install, Status, StoredRow } from "../../shared/row.ts";
import { toIso } from "../../shared/time.ts";
import { type InstallRecord, joinRows, type MeterState, type RowRecord, toKey } from "./merge.ts";

/** A browser that has not read a row for this long before its newest value is no longer named. */
const BROWSER_KEPT_MS = 7 * 86_400_000;

export function toStatus(state: MeterState, nowMs: number): Status {
  const rows = joinUnknownAccounts([...state.rows.values()]).map((joined) => toStoredRow(joined, state, nowMs));
  return {
    schema: 1,
    generated_at: toIso(nowMs),
    rows: rows.toSorted((a, b) => (toSortKey(a) < toSortKey(b) ? -1 : 1)),
    installs: [...state.installs.values()].map(toInstall).toSorted((a, b) => (a.install < b.install ? -1 : 1)),
  };
}

/** A row and the keys of the records that were joined into it. */
type Joined = { row: RowRecord; keys: ReadonlySet<string> };

/**
 * A record whose account is unknown belongs to the organisation's only account; with two accounts there it stands alone.
 * An e-mail that is the e-mail of a known account is that account.
 */
function joinUnknownAccounts(records: readonly RowRecord[]): Joined[] {
  const isKnown = (record: RowRecord) => record.good.account_uuid !== null;
  const joined = records.filter(isKnown).map((row) => ({ row, keys: new Set([toKey(row.org_uuid, row.account)]) }));
  for (const record of records.filter((each) => !isKnown(each))) {
    const inOrganisation = joined.filter(({ row }) => row.org_uuid === record.org_uuid && isKnown(row));
    const email = record.good.account_email;
    const matches = inOrganisation.filter(({ row }) => email === null || row.good.account_email === email);
    const [only, second] = matches;
    const key = toKey(record.org_uuid, record.account);
    if (only && !second) {
      only.row = withAccountOf(only.row, joinRows(only.row, record));
      only.keys.add(key);
    } else joined.push({ row: record, keys: new Set([key]) });
  }
  return joined;
}

function withAccountOf(known: RowRecord, joined: RowRecord): RowRecord {
  const { account_uuid, account_email } = known.good;
  return { ...joined, good: { ...joined.good, account_uuid, account_email } };
}

function toStoredRow({ row, keys }: Joined, state: MeterState, nowMs: number): StoredRow {
  const { good } = row;
  const windows = good.windows.map((window) => toWindowAt(window, nowMs));
  const readers = [...state.installs.values()].flatMap((install) => toReader(install, keys));
  const witness = state.witnesses.get(toKey(good.org_uuid, good.account_uuid));
  return {
    schema: 1,
    account_uuid: good.account_uuid,
    org_uuid: good.org_uuid,
    org_name: good.org_name,
    account_email: good.account_email,
    plan: good.plan,
    browser: toBrowsers(readers, good.fetched_at),
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

function toReader(install: InstallRecord, keys: ReadonlySet<string>): Reader[] {
  const views = [...keys].flatMap((key) => install.seen.get(key) ?? []);
  if (views.length === 0) return [];
  const newest = views.reduce((a, b) => (a.observed_at >= b.observed_at ? a : b));
  const good_at = views.map((view) => view.good_at ?? "").reduce((a, b) => (a >= b ? a : b));
  const base = { browser: install.browser, good_at };
  // A poll that failed as a whole is newer than what it last saw of any row, and explains all of them.
  if (install.state !== "ok" && install.polled_at > newest.observed_at) {
    return [{ ...base, looked_at: install.polled_at, errors: [toProblem("account", install.state)] }];
  }
  return [{ ...base, looked_at: newest.observed_at, errors: newest.errors }];
}

function toBrowsers(readers: readonly Reader[], fetchedAt: string): string {
  const oldestMs = Date.parse(fetchedAt) - BROWSER_KEPT_MS;
  const names = readers.filter((reader) => Date.parse(reader.looked_at) >= oldestMs).map((reader) => reader.browser);
  return [...new Set(names)].toSorted().join(", ");
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
  return { ...install, seen: [...seen.values()] };
}

function toSortKey(row: StoredRow): string {
  return `${row.account_email ?? ""} ${row.org_name ?? ""} ${row.org_uuid} ${row.account_uuid ?? ""}`;
}
