// What a reading changes in what the bridge knows. Pure.
import { MAX_SOURCES, type Reading, type Register, type SourceRecord } from "../../shared/reading.ts";
import { type BridgeState, earlier, isAhead, joinRows, type RowRecord, toKey } from "./merge.ts";

export function toReadingKey({ org_uuid, account_uuid, account_email }: Reading): string {
  return toKey(org_uuid, account_uuid ?? account_email);
}

/** The same state when the reading says nothing newer. */
export function mergeReading(state: BridgeState, reading: Reading, receivedMs: number): BridgeState {
  const next = toRecord(reading, receivedMs);
  const key = toReadingKey(reading);
  const known = state.rows.get(key);
  const isFull = known && !known.sources.has(reading.source) && known.sources.size >= MAX_SOURCES;
  if (isFull) return state;
  const joined = known ? joinRows(withoutAhead(known, receivedMs), next) : next;
  // Registers are compared as text: the same ones may have come by way of a restart.
  return known && toText(joined) === toText(known) ? state : { ...state, rows: new Map(state.rows).set(key, joined) };
}

/** Never newer than its arrival: a date in the future cannot pin a register. */
function toRecord(reading: Reading, receivedMs: number): RowRecord {
  const { org_uuid, account_uuid, account_email, org_name = null, plan = null } = reading;
  const observed_at = earlier(reading.observed_at, receivedMs);
  const windows = Object.entries(reading.windows).map(([id, window]): [string, Register] => [
    id,
    { ...window, observed_at },
  ]);
  const source: SourceRecord = {
    source: reading.source,
    observed_at,
    windows: Object.fromEntries(windows),
    // What money was spent is told by who reads the whole account.
    ...(reading.source === "oauth" && reading.money !== undefined && { money: reading.money }),
  };
  return {
    org_uuid,
    account: account_uuid ?? account_email,
    names: { at: observed_at, value: { account_uuid, account_email, org_name, plan } },
    good: undefined,
    overage: undefined,
    subscription: undefined,
    sources: new Map([[reading.source, source]]),
  };
}

/** No honest date lies there, unless our clock was set back: then what comes next replaces it. */
function withoutAhead(record: RowRecord, nowMs: number): RowRecord {
  const sources = [...record.sources.values()].filter(({ observed_at }) => !isAhead(observed_at, nowMs));
  return sources.length === record.sources.size
    ? record
    : { ...record, sources: new Map(sources.map((each) => [each.source, each])) };
}

function toText({ sources, names }: RowRecord): string {
  return JSON.stringify([[...sources.values()].toSorted((a, b) => (a.source < b.source ? -1 : 1)), names?.value]);
}
