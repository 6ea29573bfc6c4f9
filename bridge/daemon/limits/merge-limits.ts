// The limits known so far and a post of the proxy to the limits known next. Pure.
import {
  type KeyLimits,
  type Limits,
  type LimitsPost,
  MAX_KEYS,
  MAX_REFUSALS,
  toKeyName,
} from "../../../shared/api-limit/limits.ts";

/** A key that nobody has used for so long is gone. */
const KEPT_MS = 35 * 86_400_000;

export const noLimits: Limits = { schema: 1, keys: [], refusals: [] };

export function mergeLimits(known: Limits, post: LimitsPost, nowMs: number): Limits {
  const keys = new Map<string, KeyLimits>();
  const nowIso = new Date(nowMs).toISOString();
  // Nothing is newer than its arrival: a clock that runs ahead would hold every later value back.
  const posted = post.keys.map((each) => ({ ...each, observed_at: toEarlier(each.observed_at, nowIso) }));
  for (const each of [...known.keys, ...posted]) {
    const name = toKeyName(each);
    const other = keys.get(name);
    if (!other || other.observed_at <= each.observed_at) keys.set(name, each);
  }
  const oldest = new Date(nowMs - KEPT_MS).toISOString();
  const refusals = post.refusals.map((each) => ({ ...each, at: toEarlier(each.at, nowIso) }));
  return {
    schema: 1,
    keys: [...keys.values()]
      .filter(({ observed_at }) => observed_at >= oldest)
      .toSorted((a, b) => compare(b.observed_at, a.observed_at))
      .slice(0, MAX_KEYS),
    refusals: [...known.refusals, ...refusals]
      .filter(({ at }) => at >= oldest)
      .toSorted((a, b) => compare(a.at, b.at))
      .slice(-MAX_REFUSALS),
  };
}

/** ISO text of one form sorts as its moments do. */
function toEarlier(a: string, b: string): string {
  return a < b ? a : b;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
