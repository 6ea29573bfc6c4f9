// The limits of API keys as metrics. Labels are the hash of a key and ids of the API; what is old has no sample. Pure.
import { type Limits, toRemainingShare } from "../../../shared/api-limit/limits.ts";
import type { Family } from "./to-families.ts";

/** Buckets are of a minute: what nobody has asked for since says nothing. */
const OLD_MS = 10 * 60_000;

export function toLimitFamilies({ keys }: Limits, nowMs: number): Family[] {
  const buckets = keys
    .filter(({ observed_at }) => nowMs - Date.parse(observed_at) <= OLD_MS)
    .flatMap(({ key, model, workspace, buckets: own }) =>
      own.map((bucket) => ({
        bucket,
        labels: { key, model: model ?? "unknown", workspace: workspace ?? "unknown", limit: bucket.id },
      })),
    );
  return [
    {
      name: "claude_meter_api_limit",
      kind: "gauge",
      help: "Limit of an API key as the API's headers say it: requests or tokens per minute.",
      samples: buckets.flatMap(({ bucket, labels }) =>
        bucket.limit === null ? [] : [{ labels, value: bucket.limit }],
      ),
    },
    {
      name: "claude_meter_api_remaining_ratio",
      kind: "gauge",
      help: "Fraction of that limit that is left. Absent once its reset has passed.",
      samples: buckets.flatMap(({ bucket, labels }) => {
        const share = toRemainingShare(bucket, nowMs);
        return share === null ? [] : [{ labels, value: share }];
      }),
    },
  ];
}
