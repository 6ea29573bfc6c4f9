// What the page shows of one account in one organisation, asked of the bridge: for the eye as few points as a screen
// can show, to be saved every one.
import type { Series } from "../../shared/history.ts";
import { joinStretches } from "../../shared/point-source.ts";
import { toResets } from "../../shared/resets.ts";
import type { StoredRow } from "../../shared/row.ts";
import { fetchHistory, fetchStatus } from "../ask-as-page.ts";
import { type Run, toGapMs, toRuns } from "../to-runs.ts";
import type { Trouble } from "../trouble-words.ts";
import type { Range } from "./range.ts";

export type Line = { series: Series; runs: Run[] };
export type AccountHistory = { row: StoredRow; gapMs: number; lines: Line[] };
export type Asked<T> = { kind: "answered"; value: T } | Trouble;

/** So many that a gap that is lost among them is not wider than a pixel. */
const MAX_POINTS = 4000;

export async function fetchAccounts(range: Range, nowMs: number): Promise<Asked<AccountHistory[]>> {
  return await forEachRow((row) => fetchShown(row, range, nowMs));
}

async function fetchShown(row: StoredRow, range: Range, nowMs: number): Promise<Asked<AccountHistory>> {
  // The value at the left edge was seen before it, a heartbeat ago at most.
  const asked = { sinceMs: range.sinceMs - LEAD_MS, untilMs: range.untilMs, maxPoints: MAX_POINTS };
  const answer = await fetchHistory({ ...toRowQuestion(row), ...asked });
  if (answer.kind !== "answered") return answer;
  const { gap_ms, series } = answer.value;
  const lines = toOwnSeries(row, series).map((each) => {
    const looked = { gapMs: toGapMs(each, gap_ms, asked), untilMs: Math.min(nowMs, range.untilMs) };
    const resets = each.resets.filter((reset) => reset >= range.sinceMs);
    return { series: { ...each, resets }, runs: toRuns(each, looked) };
  });
  return { kind: "answered", value: { row, gapMs: gap_ms, lines: lines.filter((line) => isInRange(line, range)) } };
}

const LEAD_MS = 20 * 60_000;

function isInRange({ runs }: Line, { sinceMs }: Range): boolean {
  return runs.some((run) => (run.at(-1)?.toMs ?? 0) >= sinceMs);
}

export type ExactHistory = { row: StoredRow; gapMs: number; series: Series[] };

/** The bridge gives a quarter of a million points at once, which a month of one account never has. */
const MAX_STRETCH_MS = 31 * 86_400_000;

export async function fetchExact(range: Range): Promise<Asked<ExactHistory[]>> {
  return await forEachRow((row) => fetchEveryPoint(row, range));
}

async function fetchEveryPoint(row: StoredRow, { sinceMs, untilMs }: Range): Promise<Asked<ExactHistory>> {
  const joined = new Map<string, Series>();
  let gapMs = 0;
  for (let fromMs = sinceMs; fromMs < untilMs; fromMs += MAX_STRETCH_MS) {
    const stretch = { sinceMs: fromMs, untilMs: Math.min(untilMs, fromMs + MAX_STRETCH_MS) };
    const answer = await fetchHistory({ ...toRowQuestion(row), ...stretch });
    if (answer.kind !== "answered") return answer;
    gapMs = answer.value.gap_ms;
    for (const each of toOwnSeries(row, answer.value.series)) {
      const known = joined.get(each.window);
      const points = [...(known?.points ?? []), ...each.points];
      joined.set(each.window, { ...each, points, ...joinStretches(known ? [known, each] : [each]) });
    }
  }
  const series = [...joined.values()].map((each) => ({ ...each, resets: toResets(each.points) }));
  return { kind: "answered", value: { row, gapMs, series } };
}

/** Of all rows or of none: half an answer would look like the whole. */
async function forEachRow<T>(ask: (row: StoredRow) => Promise<Asked<T>>): Promise<Asked<T[]>> {
  const status = await fetchStatus();
  if (status.kind !== "answered") return status;
  const value: T[] = [];
  for (const row of status.value.rows) {
    const answer = await ask(row);
    if (answer.kind !== "answered") return answer;
    value.push(answer.value);
  }
  return { kind: "answered", value };
}

function toRowQuestion({ org_uuid, account_uuid }: StoredRow) {
  return { org_uuid, account_uuid };
}

/** Of this row alone, also where its account is not known; in the order of its windows, money last. */
function toOwnSeries({ account_uuid, windows }: StoredRow, series: readonly Series[]): Series[] {
  const order = windows.map(({ id }) => id);
  const toRank = ({ window }: Series) => (order.includes(window) ? order.indexOf(window) : order.length);
  return series.filter((each) => each.account_uuid === account_uuid).toSorted((a, b) => toRank(a) - toRank(b));
}
