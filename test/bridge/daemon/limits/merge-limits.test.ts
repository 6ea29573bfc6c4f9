// What the bridge keeps of keys and refusals: the newest, bounded, and nothing from the future.
import { expect, test } from "vitest";
import { mergeLimits, noLimits } from "../../../../bridge/daemon/limits/merge-limits.ts";
import {
  type ApiRefusal,
  type KeyLimits,
  limitsSchema,
  MAX_KEYS,
  MAX_REFUSALS,
} from "../../../../shared/api-limit/limits.ts";

const NOW_MS = Date.parse("2026-11-27T12:00:00Z");
const at = (seconds: number) => new Date(NOW_MS + seconds * 1000).toISOString();

function toKey(change: Partial<KeyLimits> = {}): KeyLimits {
  const bucket = { id: "requests", limit: 50, remaining: 9, resets_at: null };
  return { key: "0123456789ab", model: "m", workspace: null, observed_at: at(-10), buckets: [bucket], ...change };
}

function toRefusal(seconds: number): ApiRefusal {
  const none = { window: null, allowed: null, ends_at: null, retry_at: null, retry_of: null };
  return {
    at: at(seconds),
    status: 529,
    kind: "overload",
    ...none,
    key: null,
    account_uuid: null,
    model: null,
    workspace: null,
  };
}

test("of one key, model and workspace the newest counts, in any order", () => {
  const older = toKey({ observed_at: at(-20) });
  const posted = mergeLimits(noLimits, { keys: [toKey(), older, toKey({ model: "n" })], refusals: [] }, NOW_MS);
  expect(posted.keys).toHaveLength(2);
  expect(mergeLimits(posted, { keys: [older], refusals: [] }, NOW_MS)).toEqual(posted);
});

test("what is dated ahead counts from its arrival", () => {
  const { keys } = mergeLimits(noLimits, { keys: [toKey({ observed_at: at(3_600) })], refusals: [] }, NOW_MS);
  expect(keys[0]?.observed_at).toBe(at(0));
});

test("it is bounded, and the oldest goes first", () => {
  const keys = Array.from({ length: MAX_KEYS }, (_, index) => toKey({ model: `m${index}`, observed_at: at(-index) }));
  const refusals = Array.from({ length: MAX_REFUSALS }, (_, index) => toRefusal(-index));
  const full = mergeLimits(noLimits, { keys, refusals }, NOW_MS);
  const next = mergeLimits(full, { keys: [toKey({ observed_at: at(0) })], refusals: [toRefusal(0)] }, NOW_MS);
  expect(next.keys.map(({ model }) => model)).not.toContain(`m${MAX_KEYS - 1}`);
  expect([next.keys.length, next.refusals.length]).toEqual([MAX_KEYS, MAX_REFUSALS]);
  expect(next.refusals[0]?.at).toBe(at(-MAX_REFUSALS + 2));
  expect(limitsSchema.safeParse(next).success).toBe(true);
});

test("a key that nobody has used for 35 days is gone", () => {
  const known = mergeLimits(noLimits, { keys: [toKey()], refusals: [toRefusal(0)] }, NOW_MS);
  const later = mergeLimits(known, { keys: [], refusals: [] }, NOW_MS + 36 * 86_400_000);
  expect(later).toEqual(noLimits);
});
