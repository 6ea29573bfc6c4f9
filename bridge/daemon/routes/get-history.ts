// GET /history: the points of one row or of all, exact, or as few as were asked for. A year of many accounts is read in steps,
// between which the bridge does its other work.
import { setImmediate as giveWay } from "node:timers/promises";
import * as z from "zod/mini";
import type { History, HistoryPoint, Series } from "../../../shared/history.ts";
import { toResets } from "../../../shared/resets.ts";
import { toIso } from "../../../shared/time.ts";
import { windowIdSchema } from "../../../shared/usage-window.ts";
import { uuidSchema } from "../../../shared/wire-text.ts";
import { GAP_MS } from "../history/decide-kept.ts";
import { downsample } from "../history/downsample.ts";
import type { HistoryKeeper } from "../history/history.ts";
import type { SeriesCount, StoredSeries } from "../history/store.ts";
import { Refusal } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";
import type { Handler } from "../server.ts";
import type { RowKeys } from "../to-status.ts";

/** About 8 MB of JSON; whoever wants more asks for one month after the other. */
const MAX_EXACT_POINTS = 250_000;
/** Some ten milliseconds of work. */
const STEP_POINTS = 20_000;

/** 2100-01-01, as for every other moment. */
const momentSchema = z.coerce.number().check(z.int(), z.gte(0), z.lte(4_102_444_800_000));

export const historyQuestionSchema = z.strictObject({
  org: z.optional(uuidSchema),
  account: z.optional(uuidSchema),
  window: z.optional(windowIdSchema),
  since: momentSchema,
  until: momentSchema,
  points: z.optional(z.coerce.number().check(z.int(), z.gte(2), z.lte(10_000))),
});
type Question = z.infer<typeof historyQuestionSchema>;

export function createGetHistory(
  rowKeeper: Pick<RowKeeper, "readRowKeys">,
  history: Pick<HistoryKeeper, "read" | "count">,
): Handler {
  return async ({ query }) => {
    const question = parseQuestion(query);
    const { window, since: sinceMs, until: untilMs, points: maxPoints = Infinity } = question;
    const asked = rowKeeper
      .readRowKeys()
      .filter((row) => isAsked(row, question))
      .flatMap((row) => {
        const counted = history.count({ rowKeys: row.keys, window, sinceMs, untilMs });
        return toWindows(counted).map((own) => ({ row, ...own }));
      });
    const answered = asked.reduce((sum, { points }) => sum + Math.min(points, maxPoints), 0);
    if (answered > MAX_EXACT_POINTS) throw new Refusal("too-large");
    const series: Series[] = [];
    for (const { row, ...own } of asked) {
      const stored: StoredSeries[] = [];
      for (const rowKey of own.rowKeys)
        stored.push(...(await readInSteps(history, { rowKey, window: own.window, sinceMs, untilMs })));
      series.push(...joinKeys(stored).map((each) => toSeries(row, each, question)));
    }
    const body: History = { schema: 1, since: toIso(sinceMs), until: toIso(untilMs), gap_ms: GAP_MS, series };
    return { status: 200, body };
  };
}

type AskedWindow = { window: string; points: number; rowKeys: readonly string[] };

/** Each window that has points, once, however many keys of the row and sources it was seen under. */
function toWindows(counted: readonly SeriesCount[]): AskedWindow[] {
  const asked = new Map<string, AskedWindow>();
  for (const { window, points, rowKey } of counted.filter((each) => each.points > 0)) {
    const known = asked.get(window) ?? { window, points: 0, rowKeys: [] };
    asked.set(window, { window, points: known.points + points, rowKeys: [...known.rowKeys, rowKey] });
  }
  return [...asked.values()];
}

type Span = { rowKey: string; window: string; sinceMs: number; untilMs: number };

/** One series, or none when it has no points. */
async function readInSteps(
  history: Pick<HistoryKeeper, "read">,
  { rowKey, window, sinceMs, untilMs }: Span,
): Promise<StoredSeries[]> {
  const parts: StoredSeries[] = [];
  let fromMs = sinceMs;
  while (true) {
    const question = { rowKeys: [rowKey], window, sinceMs: fromMs, untilMs, maxPoints: STEP_POINTS };
    const part = history.read(question).find((each) => each.rowKey === rowKey);
    await giveWay();
    const [latestMs] = part?.points.at(-1) ?? [];
    if (!part || latestMs === undefined) break;
    parts.push(part);
    if (part.points.length < STEP_POINTS) break;
    fromMs = latestMs + 1;
  }
  const [first] = parts;
  return first ? [{ ...first, points: parts.flatMap(({ points }) => points) }] : [];
}

function parseQuestion(query: URLSearchParams): Question {
  const read = historyQuestionSchema.safeParse(Object.fromEntries(query));
  if (!read.success || read.data.since >= read.data.until) throw new Refusal("bad-body");
  return read.data;
}

function isAsked(row: RowKeys, { org, account }: Question): boolean {
  return (org === undefined || row.org_uuid === org) && (account === undefined || row.account_uuid === account);
}

type JoinedSeries = Pick<StoredSeries, "window" | "label" | "points"> & { sources: ReadonlyMap<HistoryPoint, string> };

/** A window that was seen under several keys of its row, before its account was known or by several sources, is one. */
function joinKeys(stored: readonly StoredSeries[]): JoinedSeries[] {
  const joined = new Map<string, JoinedSeries>();
  for (const { window, label, source, points } of stored) {
    const known = joined.get(window);
    // A year of points is a lot, and nearly all of them are the extension's.
    const sources = source === "extension" ? [] : points.map((point) => [point, source] as const);
    joined.set(window, {
      window,
      label: known?.label ?? label,
      points: known ? mergePoints(known.points, points) : points,
      sources: new Map([...(known?.sources ?? []), ...sources]),
    });
  }
  return [...joined.values()];
}

function mergePoints(a: readonly HistoryPoint[], b: readonly HistoryPoint[]): HistoryPoint[] {
  return [...a, ...b].toSorted(([atA], [atB]) => atA - atB);
}

function toSeries(
  { org_uuid, account_uuid }: RowKeys,
  { window, label, points, sources }: JoinedSeries,
  { since: sinceMs, until: untilMs, points: maxPoints }: Question,
): Series {
  const shown = maxPoints === undefined ? points : downsample(points, { sinceMs, untilMs, maxPoints });
  const is_exact = shown.length === points.length;
  const stretches = toStretches(shown, sources);
  const isAllOurs = stretches.every(([, source]) => source === "extension");
  return {
    org_uuid,
    account_uuid,
    window,
    label,
    is_exact,
    points: shown,
    ...(!isAllOurs && { sources: stretches }),
    resets: toResets(points),
  };
}

function toStretches(points: readonly HistoryPoint[], sources: ReadonlyMap<HistoryPoint, string>): [number, string][] {
  const stretches: [number, string][] = [];
  for (const point of points) {
    const source = sources.get(point) ?? "extension";
    if (stretches.at(-1)?.[1] !== source) stretches.push([point[0], source]);
  }
  return stretches;
}
