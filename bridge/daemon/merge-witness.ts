// What a witness changes in what the bridge knows: a register per row in which the newest observation wins. Pure.
import { toIso } from "../../shared/time.ts";
import type { Witness, WitnessPost } from "../../shared/witness.ts";
import { type BridgeState, toKey } from "./merge.ts";

/** The same state when no row is this account's in this organisation, or when the witness says nothing newer. */
export function mergeWitness(state: BridgeState, post: WitnessPost, receivedMs: number): BridgeState {
  const key = toKey(post.org_uuid, post.account_uuid);
  if (!state.rows.has(key)) return state;
  const known = state.witnesses.get(key);
  const next = newerOf(known, toObserved(post, receivedMs));
  return next === known ? state : { ...state, witnesses: new Map(state.witnesses).set(key, next) };
}

/** Never newer than its arrival: a date in the future cannot pin the register. */
function toObserved({ observed_at, windows }: WitnessPost, receivedMs: number): Witness {
  return { observed_at: Date.parse(observed_at) <= receivedMs ? observed_at : toIso(receivedMs), windows };
}

/** At the same moment the higher value, then what knows more, then any fixed order: the order of arrival does not matter. */
function newerOf(known: Witness | undefined, next: Witness): Witness {
  if (!known) return next;
  const order =
    compare(known.observed_at, next.observed_at) ||
    compare(toHighest(known), toHighest(next)) ||
    compare(Object.keys(known.windows).length, Object.keys(next.windows).length) ||
    compare(JSON.stringify(known.windows), JSON.stringify(next.windows));
  return order >= 0 ? known : next;
}

function toHighest({ windows }: Witness): number {
  return Math.max(-1, ...Object.values(windows).map((window) => window?.utilization ?? -1));
}

function compare<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
