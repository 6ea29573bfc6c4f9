// What the bridge forgets: rows that nobody has read and installs that have been silent for a long time. History keeps what
// it knows of them. Pure.
import type { ForgetQuestion } from "../../shared/forget.ts";
import type { BridgeState, InstallRecord } from "./merge.ts";
import { joinUnknownAccounts } from "./to-status.ts";

/** Longer than any window and most holidays; whoever comes back later is new, and costs nobody anything. */
export const SILENT_MS = 35 * 86_400_000;

type Seen = InstallRecord["seen"] extends ReadonlyMap<string, infer Value> ? Value : never;

type Kept = {
  hasRow: (key: string) => boolean;
  hasInstall: (install: InstallRecord) => boolean;
  hasSeen: (key: string, seen: Seen) => boolean;
};

/** The same state when nothing in it is that old. */
export function forgetSilent(state: BridgeState, nowMs: number): BridgeState {
  const isOld = (iso: string) => nowMs - Date.parse(iso) > SILENT_MS;
  const read = joinUnknownAccounts(state).filter(({ row }) => {
    const moments = [...row.sources.values()].map(({ observed_at }) => observed_at);
    return [...(row.good ? [row.good.fetched_at] : []), ...moments].some((iso) => !isOld(iso));
  });
  const keys = new Set(read.flatMap((row) => [...row.keys]));
  return keepOnly(state, {
    hasRow: (key) => keys.has(key),
    hasInstall: ({ polled_at }) => !isOld(polled_at),
    hasSeen: (key, { observed_at }) => keys.has(key) || !isOld(observed_at),
  });
}

/** The same state when there is no such row. */
export function forgetRow(state: BridgeState, { org_uuid, account_uuid, account_email }: ForgetQuestion): BridgeState {
  const named = joinUnknownAccounts(state).find(({ row, names }) => {
    const isAccount = names.account_uuid === account_uuid && names.account_email === account_email;
    return isAccount && row.org_uuid === org_uuid;
  });
  const isKept = (key: string) => !named?.keys.has(key);
  return keepOnly(state, { hasRow: isKept, hasInstall: () => true, hasSeen: isKept });
}

function keepOnly(state: BridgeState, { hasRow, hasInstall, hasSeen }: Kept): BridgeState {
  const kept: BridgeState = {
    rows: filter(state.rows, hasRow),
    installs: new Map(
      [...state.installs]
        .filter(([, install]) => hasInstall(install))
        .map(([id, install]) => [id, { ...install, seen: filter(install.seen, hasSeen) }]),
    ),
  };
  return countParts(kept) === countParts(state) ? state : kept;
}

function filter<T>(map: ReadonlyMap<string, T>, isKept: (key: string, value: T) => boolean): Map<string, T> {
  return new Map([...map].filter(([key, value]) => isKept(key, value)));
}

function countParts({ rows, installs }: BridgeState): number {
  const seen = [...installs.values()].reduce((sum, install) => sum + install.seen.size, 0);
  return rows.size + installs.size + seen;
}
