// Notices as one notification: what, how full, and when it resets. Pure.
import { formatClock, formatCountdown, formatPercent } from "../format.ts";
import { formatRowName } from "../row-name.ts";
import type { Notice, NoticeRow } from "./decide-notices.ts";

type NamedRow = NoticeRow & Parameters<typeof formatRowName>[0];

export type NoticeText = { title: string; message: string };

/** More do not fit on any screen. */
const MAX_LINES = 5;
const order = ["critical", "warning", "reset"] as const satisfies readonly Notice<NamedRow>["kind"][];

/** The gravest first. Names are told only where there is more than one row to tell apart. */
export function formatNotices(
  notices: readonly Notice<NamedRow>[],
  hasRows: "one" | "several",
  nowMs: number,
): NoticeText {
  const sorted = notices.toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind));
  const toHead = (notice: Notice<NamedRow>) => `${toName(notice, hasRows)}: ${toState(notice)}`;
  const [first] = sorted;
  if (first && sorted.length === 1) return { title: toHead(first), message: toReset(first, nowMs) };
  const lines = sorted.map((notice) => `${toHead(notice)}. ${toReset(notice, nowMs)}`);
  return { title: `${sorted.length} Claude limits`, message: lines.slice(0, MAX_LINES).join("\n") };
}

function toName({ row, window }: Notice<NamedRow>, hasRows: "one" | "several"): string {
  return hasRows === "one" ? window.label : `${window.label} (${formatRowName(row)})`;
}

function toState({ kind, window }: Notice<NamedRow>): string {
  const used = `${formatPercent(window.utilization)} % used`;
  return kind === "reset" ? `has reset, ${used}` : used;
}

function toReset({ window: { resets_at } }: Notice<NamedRow>, nowMs: number): string {
  if (resets_at === null) return "Reset time unknown.";
  return `Resets ${formatCountdown(Date.parse(resets_at) - nowMs)} (${formatClock(resets_at, nowMs)}).`;
}
