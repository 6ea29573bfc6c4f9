// What of the bridge's knowledge the popup may show beside its own reading.
import { describe, expect, test } from "vitest";
import { nothingSeen, type Seen, toForecastWords, toTrend } from "../../../extension/popup/seen.ts";
import type { HistoryPoint } from "../../../shared/history.ts";
import { createRowWindow, createSnapshot, createStoredRow } from "../../shared/wire-examples.ts";

const nowMs = Date.parse("2026-11-20T10:01:00.000Z");
const { usage, ...shown } = createSnapshot({ fetched_at: "2026-11-20T10:00:00.000Z" });
const forecast = { percent_per_hour: 10, percent_at_reset: 62, exhausted_at: null, pace: null };

describe("the forecast is told", () => {
  const cases = [
    { name: "of the same reading", fetched_at: "2026-11-20T10:00:00.000Z", words: "about 62 % at reset" },
    { name: "of one that is hardly newer", fetched_at: "2026-11-20T10:01:00.000Z", words: "about 62 % at reset" },
    { name: "not of an older one", fetched_at: "2026-11-20T09:59:59.000Z", words: "" },
    { name: "not of a much newer one", fetched_at: "2026-11-20T10:03:00.000Z", words: "" },
    { name: "not of a stale one", fetched_at: "2026-11-20T10:00:00.000Z", atMs: nowMs + 600_000, words: "" },
    {
      name: "not after the reset",
      fetched_at: "2026-11-20T10:00:00.000Z",
      resets_at: "2026-11-20T10:00:30.000Z",
      words: "",
    },
    { name: "not of another account", fetched_at: "2026-11-20T10:00:00.000Z", account_uuid: null, words: "" },
  ];
  test.each(cases)("$name", ({ fetched_at, atMs = nowMs, resets_at = "2026-11-20T12:00:00.000Z", words, ...more }) => {
    const row = createStoredRow({ fetched_at, windows: [createRowWindow({ resets_at, forecast })], ...more });
    expect(toForecastWords({ ...nothingSeen, rows: [row] }, shown, "five_hour", atMs)).toBe(words);
  });

  test("not while the bridge is silent", () => {
    expect(toForecastWords(nothingSeen, shown, "five_hour", nowMs)).toBe("");
  });
});

describe("the trend", () => {
  const see = (points: HistoryPoint[], resets: number[] = []): Seen => {
    const { org_uuid, account_uuid } = shown;
    const series = { org_uuid, account_uuid, window: "five_hour", label: "5-hour", is_exact: true, points, resets };
    const times = { since: "2026-11-20T05:00:00.000Z", until: "2026-11-20T10:00:00.000Z" };
    const history = { schema: 1 as const, ...times, gap_ms: 1_200_000, series: [series] };
    return { rows: [], histories: [{ sinceMs: 0, untilMs: nowMs, maxPoints: 700, history }] };
  };
  const at = (minutesAgo: number) => nowMs - minutesAgo * 60_000;

  test("begins at the last reset", () => {
    const seen = see(
      [
        [at(30), 90, null],
        [at(10), 1, null],
        [at(5), 4, null],
      ],
      [at(12)],
    );
    expect(toTrend(seen, shown, "five_hour", nowMs)).toEqual({
      sinceMs: at(10),
      untilMs: nowMs,
      runs: [
        [
          { fromMs: at(10), toMs: at(5), percent: 1 },
          { fromMs: at(5), toMs: nowMs, percent: 4 },
        ],
      ],
    });
  });

  test("keeps a gap open", () => {
    const seen = see([
      [at(90), 1, null],
      [at(10), 5, null],
    ]);
    expect(toTrend(seen, shown, "five_hour", nowMs)?.runs).toHaveLength(2);
  });

  test("is none where nothing has changed, of another window, and while the bridge is silent", () => {
    const still = see([
      [at(20), 7, null],
      [at(10), 7, null],
    ]);
    expect(toTrend(still, shown, "five_hour", nowMs)).toBeUndefined();
    expect(
      toTrend(
        see([
          [at(20), 7, null],
          [at(10), 9, null],
        ]),
        shown,
        "seven_day",
        nowMs,
      ),
    ).toBeUndefined();
    expect(toTrend(nothingSeen, shown, "five_hour", nowMs)).toBeUndefined();
  });
});
