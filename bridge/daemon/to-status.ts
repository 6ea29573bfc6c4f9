// The published form of what the bridge knows: one row per account and organisation, browsers and errors joined. Pure.

import { toProblem } from "../../shared/claude-ai/problem.ts";
import { decideBinding, FRESH_MS, toWindowAt } from "../../shared/freshness.ts";
import type { SourceRecord } from "../../shared/reading.ts";
import type { Install, Status, StoredRow } from "../../shared/row.ts";
import { toIso } from "../../shared/time.ts";
import type { Witness } from "../../shared/witness.ts";
import type { ForecastWindow } from "./forecast/forecasts.ts";
import { type BridgeState, type InstallRecord, joinRows, type Names, type RowRecord, toKey, toNames } from "./merge.ts";
import { toWindows } from "./to-windows.ts";

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
  return joinUnknownAccounts(state).map(({ row, names, keys }) => {
    return { org_uuid: row.org_uuid, account_uuid: names.account_uuid, keys: [...keys] };
  });
}

/** A row, whose it is, and the keys under which it was seen. */
type Joined = { row: RowRecord; names: Names; keys: Set<string> };

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
      only.row = joinRows(only.row, record);
      only.names = withNamesOf(only.names, toNames(only.row));
      only.keys.add(key);
    } else if (isNamed(record)) joined.push({ row: record, names: toNames(record), keys: new Set([key]) });
  }
  for (const { row, names } of joined) {
    for (const account of [names.account_email, null])
      findOnly(joined, row.org_uuid, account)?.keys.add(toKey(row.org_uuid, account));
  }
  return joined;
}

/** A lookup that failed tells no names; they are those of the account that it joined. */
function withNamesOf({ account_uuid, account_email, org_name, plan }: Names, joined: Names): Names {
  return { account_uuid, account_email, org_name: joined.org_name ?? org_name, plan: joined.plan ?? plan };
}

/** The surest first: what is less sure may join it. */
function toDoubt(record: RowRecord): number {
  const { account_uuid, account_email } = toNames(record);
  return account_uuid !== null ? 0 : account_email !== null ? 1 : 2;
}

/** A browser looks at one account, even where it cannot say which; any other source has to name it. */
function isNamed(record: RowRecord): boolean {
  return record.good !== undefined || record.account !== null;
}

/** The one row that an e-mail, or an account of which nothing is known, can belong to. */
function findOnly(joined: readonly Joined[], orgUuid: string, account: string | null): Joined | undefined {
  const matches = joined.filter(
    ({ row, names }) => row.org_uuid === orgUuid && (account === null || names.account_email === account),
  );
  return matches.length === 1 ? matches[0] : undefined;
}

function toStoredRow(
  { row, names, keys }: Joined,
  state: BridgeState,
  nowMs: number,
  forecastWindow: ForecastWindow,
): StoredRow {
  const { good } = row;
  const { windows: said, sources } = toWindows(row, nowMs);
  const fetched_at = good?.fetched_at ?? toNewestTime(sources);
  const windows = said.map((window) => {
    const forecast = forecastWindow(keys, window, Date.parse(window.observed_at ?? fetched_at));
    return toWindowAt({ ...window, forecast }, nowMs);
  });
  const installs = [...state.installs.values()];
  const readers = installs.flatMap((install) => toReader(install, keys));
  const standBys = installs.filter((install) => canRead(install, keys));
  const witness = toWitness(row.sources.get("statusline"));
  return {
    schema: 1,
    ...names,
    org_uuid: row.org_uuid,
    browser: toBrowsers(readers, standBys, fetched_at),
    source: "extension",
    fetched_at,
    usage: good?.usage ?? null,
    windows,
    binding: decideBinding(windows),
    money: toMoney(row, sources),
    overage: row.overage?.value ?? null,
    overage_fetched_at: row.overage?.at ?? null,
    subscription: row.subscription?.value ?? null,
    subscription_fetched_at: row.subscription?.at ?? null,
    errors: toErrors(readers, fetched_at),
    ...(witness && { witness }),
    ...(sources.length > 0 && { sources }),
  };
}

/** Of a row that no browser has read; a record without a source is none. */
function toNewestTime([newest]: readonly SourceRecord[]): string {
  return newest?.observed_at ?? toIso(0);
}

/** The newest look at it, of the browser or of who reads it instead. */
function toMoney(row: RowRecord, sources: readonly SourceRecord[]): StoredRow["money"] {
  const other = sources.find(({ money }) => money !== undefined);
  const isOther = other !== undefined && (!row.good || other.observed_at > row.good.fetched_at);
  const money = isOther ? other.money : row.good?.money;
  return money ? { ...money, out_of_credits: money.out_of_credits || isOutOfCredits(row) } : null;
}

function toWitness(record: SourceRecord | undefined): Witness | undefined {
  const { five_hour, seven_day } = record?.windows ?? {};
  const pick = (window: typeof five_hour) => window && { utilization: window.utilization, resets_at: window.resets_at };
  const windows = {
    ...(five_hour && { five_hour: pick(five_hour) }),
    ...(seven_day && { seven_day: pick(seven_day) }),
  };
  return record && (five_hour || seven_day) ? { observed_at: record.observed_at, windows } : undefined;
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
