// GET /history: whose points come back, how few of them, and which questions are refused.
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { isSeriesOf } from "../../../bridge/daemon/history/series-key.ts";
import type { StoredSeries, StoreQuestion } from "../../../bridge/daemon/history/store.ts";
import { createGetHistory } from "../../../bridge/daemon/routes/get-history.ts";
import { historySchema } from "../../../shared/history.ts";
import { toHistoryTarget } from "../../../shared/history-question.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../../shared/wire-examples.ts";

const OTHER_ORG = "00000000-0000-4000-8000-0000000000dd";
const named = { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID, keys: ["known", "before"] };
const other = { org_uuid: OTHER_ORG, account_uuid: ACCOUNT_UUID, keys: ["other"] };

const stored: StoredSeries[] = [
  {
    rowKey: "known",
    source: "extension",
    window: "five_hour",
    label: "5-hour",
    points: [
      [2_000, 20, null],
      [4_000, 40, null],
    ],
  },
  {
    rowKey: "before",
    source: "extension",
    window: "five_hour",
    label: "5-hour",
    points: [
      [1_000, 10, null],
      [3_000, 30, null],
    ],
  },
  { rowKey: "before", source: "extension", window: "seven_day", label: "Weekly", points: [] },
  { rowKey: "other", source: "extension", window: "five_hour", label: "5-hour", points: [[1_500, 15, null]] },
];

/** A history of these series, that tells how much it was asked to read at once. */
function createHistory(series: readonly StoredSeries[]) {
  const steps: number[] = [];
  const find = ({ rowKeys, window, sinceMs, untilMs }: StoreQuestion) =>
    series
      .filter((each) => isSeriesOf(each.rowKey, rowKeys) && (window === undefined || each.window === window))
      .map((each) => ({ ...each, points: each.points.filter(([at]) => at >= sinceMs && at < untilMs) }));
  const read = (question: StoreQuestion) => {
    const found = find(question).map((each) => ({ ...each, points: each.points.slice(0, question.maxPoints) }));
    steps.push(found.reduce((sum, { points }) => sum + points.length, 0));
    return found;
  };
  const count = (question: StoreQuestion) => find(question).map((each) => ({ ...each, points: each.points.length }));
  return { read, count, steps };
}

async function get(target: string, series: readonly StoredSeries[] = stored, history = createHistory(series)) {
  const route = createGetHistory({ readRowKeys: () => [named, other] }, history);
  const [path = "", search = ""] = target.split("?");
  const query = new URLSearchParams(search);
  const { body } = await route({ path, query, body: "", socket: new Socket(), install: undefined });
  return historySchema.parse(body);
}

function createLong(length: number): StoredSeries[] {
  const points = Array.from({ length }, (_, index): [number, number, null] => [index, 1, null]);
  return [{ rowKey: "known", source: "extension", window: "five_hour", label: "5-hour", points }];
}

const span = { sinceMs: 0, untilMs: 10_000 };

describe("the answer", () => {
  test("joins what was seen before the account was known with what was seen after", async () => {
    const { series } = await get(toHistoryTarget({ ...span, org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID }));
    expect(series.map(({ window, points }) => [window, points.map(([at]) => at)])).toEqual([
      ["five_hour", [1_000, 2_000, 3_000, 4_000]],
    ]);
  });

  test("without an organisation holds every row, each by its ids", async () => {
    const { series } = await get(toHistoryTarget(span));
    expect(series.map(({ org_uuid }) => org_uuid)).toEqual([ORG_UUID, OTHER_ORG]);
  });

  test("is exact, and says so, when no number of points is asked for", async () => {
    const { series } = await get(toHistoryTarget({ ...span, window: "five_hour" }));
    expect(series.map(({ is_exact }) => is_exact)).toEqual([true, true]);
  });

  test("says that points were left out", async () => {
    const { series } = await get(toHistoryTarget({ ...span, org_uuid: ORG_UUID, maxPoints: 2 }));
    expect(series.map(({ is_exact, points }) => [is_exact, points.length])).toEqual([[false, 2]]);
  });

  test("finds resets in all points, also in those left out", async () => {
    const points = Array.from({ length: 1_000 }, (_, index): [number, number, number] => {
      const period = Math.floor(index / 100);
      return [index * 10, index % 100, (period + 1) * 1_000 * 120];
    });
    const { series } = await get(toHistoryTarget({ ...span, maxPoints: 10 }), [
      { rowKey: "known", source: "extension", window: "five_hour", label: "5-hour", points },
    ]);
    expect(series[0]?.resets).toHaveLength(9);
  });

  test("joins what several sources said into one series, and says whose the points are", async () => {
    const common = { rowKey: "known", window: "five_hour", label: "5-hour" };
    const { series } = await get(toHistoryTarget(span), [
      {
        ...common,
        source: "extension",
        points: [
          [1_000, 10, null],
          [3_000, 12, null],
        ],
      },
      { ...common, rowKey: "known stream", source: "stream", points: [[2_000, 11, null]] },
    ]);
    expect(series[0]?.points.map(([at]) => at)).toEqual([1_000, 2_000, 3_000]);
    expect(series[0]?.sources).toEqual([
      [1_000, "extension"],
      [2_000, "stream"],
      [3_000, "extension"],
    ]);
  });

  test("names no source where all is the extension's", async () => {
    const { series } = await get(toHistoryTarget(span));
    expect(series.map(({ sources }) => sources)).toEqual([undefined, undefined]);
  });

  test("of more than fits is refused: the time has to be shorter", async () => {
    const history = createHistory(createLong(250_001));
    const asked = get(toHistoryTarget({ sinceMs: 0, untilMs: 300_000 }), [], history);
    await expect(asked).rejects.toMatchObject({ code: "too-large" });
    // Counted, and none of it read.
    expect(history.steps).toEqual([]);
  });

  test("of a long time is read in steps, between which others get their turn, and nothing is lost or doubled", async () => {
    const history = createHistory(createLong(100_000));
    let turns = 0;
    const takeTurns = () => {
      turns += 1;
      turning = setImmediate(takeTurns);
    };
    let turning = setImmediate(takeTurns);
    const { series } = await get(toHistoryTarget({ sinceMs: 0, untilMs: 300_000 }), [], history);
    clearImmediate(turning);
    expect(series[0]?.points.map(([at]) => at)).toEqual(Array.from({ length: 100_000 }, (_, index) => index));
    expect(Math.max(...history.steps)).toBeLessThanOrEqual(20_000);
    expect(turns).toBeGreaterThanOrEqual(5);
  });
});

test.each([
  ["no time", "/history"],
  ["no end", "/history?since=0"],
  ["an end before its beginning", "/history?since=10&until=5"],
  ["a moment that is no number", "/history?since=yesterday&until=5"],
  ["a moment beyond all time", "/history?since=0&until=99999999999999"],
  ["a field nobody knows", "/history?since=0&until=5&format=csv"],
  ["an organisation that is no uuid", "/history?since=0&until=5&org=../../etc"],
  ["a window that can be none", "/history?since=0&until=5&window='--"],
  ["one point", "/history?since=0&until=5&points=1"],
  ["half a point more", "/history?since=0&until=5&points=2.5"],
])("a question with %s is refused", async (_name, target) => {
  await expect(get(target)).rejects.toMatchObject({ code: "bad-body" });
});
