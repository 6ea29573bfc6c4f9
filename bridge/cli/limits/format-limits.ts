// The limits of plan and keys as lines: which binds, what is low, what was refused last. Pure.
import {
  type ApiRefusal,
  type KeyBucket,
  type KeyLimits,
  type Limits,
  LOW_SHARE,
  toRemainingShare,
} from "../../../shared/api-limit/limits.ts";
import { formatClock, formatCountdown, formatDuration, formatPercent } from "../../../shared/format.ts";
import type { Row } from "../../../shared/freshness.ts";
import { formatRowName } from "../../../shared/row-name.ts";
import { toTerminalText } from "../terminal-text.ts";
import { formatLimitReport, type LimitReport, toLimitReport } from "./limit-report.ts";

export type Known = { rows: readonly Row[]; limits: Limits };

export function formatLimits({ rows, limits }: Known, nowMs: number): string[] {
  const last = limits.refusals.at(-1);
  return [
    ...rows.map((row) => formatPlan(row, nowMs)),
    ...limits.keys.flatMap((key) => formatKey(key, nowMs)),
    ...(last ? [`last refused: ${formatRefusal(last, nowMs)}`] : []),
  ];
}

/** "alice@example.com: 5-hour 42 % (in 2 h) · Weekly 63 % (in 3 d) binds". */
function formatPlan(row: Row, nowMs: number): string {
  const windows = row.windows.map((window) => {
    const reset = window.resets_at === null ? "" : ` (${formatCountdown(Date.parse(window.resets_at) - nowMs)})`;
    const binds = window.id === row.binding ? " binds" : "";
    return `${toTerminalText(window.label, 24)} ${formatPercent(window.utilization)} %${reset}${binds}`;
  });
  const stale = row.stale ? ` STALE, ${formatDuration(row.age_seconds * 1000)} old` : "";
  return `plan of ${toTerminalText(formatRowName(row))}: ${windows.join(" · ")}${stale}`;
}

function formatKey({ key, model, workspace, observed_at, buckets }: KeyLimits, nowMs: number): string[] {
  const binding = findBinding(buckets, nowMs);
  const names = [`key ${key}`, model, workspace === null ? null : `workspace ${workspace}`];
  const age = formatDuration(nowMs - Date.parse(observed_at));
  return [
    `${names.filter((each) => each !== null).join(" · ")}, ${age} ago:`,
    ...buckets.map((bucket) => `  ${formatBucket(bucket, nowMs)}${bucket === binding ? "  binds" : ""}`),
  ];
}

/** The one with the smallest share left. */
export function findBinding(buckets: readonly KeyBucket[], nowMs: number): KeyBucket | undefined {
  return buckets.reduce<KeyBucket | undefined>((tightest, bucket) => {
    const share = toRemainingShare(bucket, nowMs);
    const least = tightest && toRemainingShare(tightest, nowMs);
    return share !== null && (least === undefined || least === null || share < least) ? bucket : tightest;
  }, undefined);
}

function formatBucket(bucket: KeyBucket, nowMs: number): string {
  const { id, limit, remaining, resets_at } = bucket;
  const share = toRemainingShare(bucket, nowMs);
  const name = id.replaceAll("-", " ");
  if (share === null) return `${name}: ${limit ?? "?"}, full again`;
  const low = share < LOW_SHARE ? " LOW" : "";
  const reset = resets_at === null ? "" : `, full ${formatCountdown(Date.parse(resets_at) - nowMs)}`;
  return `${name}: ${remaining} of ${limit} left (${formatPercent(share * 100)} %)${low}${reset}`;
}

export function formatRefusal(refusal: ApiRefusal, nowMs: number): string {
  const { at, model, key } = refusal;
  const whose = [model, key === null ? null : `key ${key}`].filter((each) => each !== null).join(", ");
  const when = `${formatClock(at, nowMs)}, ${formatDuration(nowMs - Date.parse(at))} ago`;
  return `${when}${whose === "" ? "" : ` (${whose})`}: ${formatLimitReport(toRefusalReport(refusal), nowMs)}`;
}

export function toRefusalReport(refusal: ApiRefusal): LimitReport {
  const { kind, window, allowed, retry_of: retryOf } = refusal;
  return toLimitReport({
    kind,
    window,
    allowed,
    endsAtMs: toMs(refusal.ends_at),
    retryAtMs: toMs(refusal.retry_at),
    retryOf,
  });
}

function toMs(iso: string | null): number | null {
  return iso === null ? null : Date.parse(iso);
}
