// History as CSV: order, empty fields, line ends.
import { describe, expect, test } from "vitest";
import { formatHistoryCsv } from "../../shared/history-csv.ts";

const org_uuid = "a11ce000-0000-4000-8000-000000000002";
const account_uuid = "a11ce000-0000-4000-8000-000000000000";
const noon = Date.parse("2026-11-20T12:00:00.000Z");

describe("the CSV of a history", () => {
  test("holds every point of every series in the order of time", () => {
    const csv = formatHistoryCsv([
      {
        org_uuid,
        account_uuid,
        window: "five_hour",
        points: [
          [noon, 42.5, noon + 7_200_000],
          [noon + 120_000, null, null],
        ],
        sources: [
          [noon, "extension"],
          [noon + 120_000, "statusline"],
        ],
      },
      { org_uuid, account_uuid: null, window: "money", points: [[noon + 60_000, 0, null]] },
    ]);
    expect(csv.split("\r\n")).toEqual([
      "at,org_uuid,account_uuid,window,utilization,resets_at,source",
      `2026-11-20T12:00:00.000Z,${org_uuid},${account_uuid},five_hour,42.5,2026-11-20T14:00:00.000Z,extension`,
      `2026-11-20T12:01:00.000Z,${org_uuid},,money,0,,extension`,
      `2026-11-20T12:02:00.000Z,${org_uuid},${account_uuid},five_hour,,,statusline`,
      "",
    ]);
  });

  test("of nothing is its header", () => {
    expect(formatHistoryCsv([])).toBe("at,org_uuid,account_uuid,window,utilization,resets_at,source\r\n");
  });
});
