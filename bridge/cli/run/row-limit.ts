// What the meter's row knows of a limit that the command ran into. Pure.

import { decideFreshness, type Row } from "../../../shared/freshness.ts";
import type { RowWindow } from "../../../shared/row.ts";
import { toTrustedResetMs } from "../gate/decide-gate.ts";
import { isModel } from "../gate/watched.ts";
import { type Limit, toLimitName } from "../limit/limit.ts";
import type { RowReading } from "../row/read-row.ts";

const FULL_PERCENT = 100;
const SEEN_BY_METER = { resetText: null, text: null, needsPerson: false } as const;

/** For a message that names no time, or one that can not be read. */
export function findResetMs(reading: RowReading, limit: Limit, nowMs: number): number | undefined {
  const row = toFreshRow(reading, nowMs);
  const resets = (row?.windows ?? [])
    .filter((window) => window.state === "open" && !window.stale && isAbout(window, limit))
    .map((window) => toTrustedResetMs(window, nowMs));
  return resets.find((resetMs) => resetMs !== undefined && resetMs > nowMs);
}

/** A seat that may spend goes on at 100 %, so there a refusal is the server's own trouble. */
export function findFullLimit(reading: RowReading, nowMs: number): Limit | undefined {
  const row = toFreshRow(reading, nowMs);
  if (!row || (row.money?.enabled && !row.money.out_of_credits)) return undefined;
  const full = row.windows.filter(
    ({ scope, stale, utilization }) => scope === "account" && !stale && (utilization ?? 0) >= FULL_PERCENT,
  );
  const last = full.reduce<RowWindow | undefined>(
    (later, window) => (later && (later.resets_at ?? "") >= (window.resets_at ?? "") ? later : window),
    undefined,
  );
  if (!last) return undefined;
  const resetsAtMs = toTrustedResetMs(last, nowMs) ?? null;
  const name = toLimitName(last.id);
  return { class: "plan", window: last.id, name, resetsAtMs, ...SEEN_BY_METER, seenAtMs: nowMs };
}

function toFreshRow(reading: RowReading, nowMs: number): Row | undefined {
  if (reading.kind !== "row") return undefined;
  return decideFreshness(nowMs - Date.parse(reading.row.fetched_at)) === "stale" ? undefined : reading.row;
}

/** "usage limit" names no window: then it is one that binds everyone and is full. */
function isAbout(window: RowWindow, limit: Limit): boolean {
  if (window.id === limit.window) return true;
  if (limit.class === "model") return window.scope === "model" && isModel(window, limit.name);
  return limit.window === null && window.scope === "account" && (window.utilization ?? 0) >= FULL_PERCENT;
}
