// Which limits of a key have fallen below a tenth since somebody was last told. Pure but for what it remembers.
import { type KeyLimits, LOW_SHARE, toKeyName, toRemainingShare } from "../../shared/api-limit/limits.ts";

const MAX_REMEMBERED = 1_000;

/** Words for each crossing, once until the limit has recovered. */
export function createLowLimits() {
  const low = new Set<string>();
  return (limits: KeyLimits, nowMs: number): string[] =>
    limits.buckets.flatMap((bucket) => {
      const share = toRemainingShare(bucket, nowMs);
      const name = `${toKeyName(limits)} ${bucket.id}`;
      if (share === null || share >= LOW_SHARE) {
        low.delete(name);
        return [];
      }
      if (low.has(name) || low.size >= MAX_REMEMBERED) return [];
      low.add(name);
      const percent = Math.floor(share * 100);
      const model = limits.model === null ? "" : ` for ${limits.model}`;
      return [`${bucket.id} of key ${limits.key}${model}: ${percent} % left (${bucket.remaining} of ${bucket.limit})`];
    });
}
