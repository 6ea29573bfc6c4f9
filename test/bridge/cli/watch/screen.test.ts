// What `watch` sends to the terminal and what it understands of the keyboard.
import { expect, test } from "vitest";
import { parseKeys } from "../../../../bridge/cli/watch/parse-keys.ts";
import { toRepaint } from "../../../../bridge/cli/watch/screen.ts";
import { appendRows, mergeHistory, toTraceKey } from "../../../../bridge/cli/watch/traces.ts";
import type { HistoryPoint } from "../../../../shared/history.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../../../shared/wire-examples.ts";
import { createRow, HOUR, MINUTE, now, SECOND } from "../rows.ts";

test.each([
  ["q", ["quit"]],
  ["\u0003", ["interrupt"]],
  ["\u001a", ["suspend"]],
  ["jjk", ["down", "down", "up"]],
  ["\u001b[A\u001b[B\u001bOA\u001bOB", ["up", "down", "up", "down"]],
  ["xyz \r\n", []],
  // A key that is not ours is not read as the letters it is made of.
  ["\u001b[1;5q\u001b[5~\u001bOq", []],
  ["\u001b", []],
  ["constructor", []],
])("%j asks for %j", (typed, keys) => {
  expect(parseKeys(typed)).toEqual(keys);
});

test("only lines that changed are painted again", () => {
  expect(toRepaint(["a", "b", "c"], ["a", "B", "c"])).toBe("\u001b[2;1H\u001b[2KB");
  expect(toRepaint(["a"], ["a"])).toBe("");
  expect(toRepaint(undefined, ["a"])).toBe("\u001b[2J\u001b[1;1H\u001b[2Ka");
});

test("a trace is the bridge's history, then what was heard since, each moment once", () => {
  const row = createRow();
  const key = toTraceKey(row, "five_hour");
  const heard = appendRows(new Map(), [row], now);
  expect(appendRows(heard, [row], now).get(key)?.points).toHaveLength(1);
  const points: HistoryPoint[] = [
    [now - HOUR, 10, null],
    [now - MINUTE, 40, null],
  ];
  const series = { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID, window: "five_hour", label: "5-hour" };
  const history = [{ ...series, is_exact: true, points, resets: [], gap_ms: MINUTE }];
  const merged = mergeHistory(heard, row, history).get(key);
  expect(merged?.gapMs).toBe(MINUTE);
  expect(merged?.points.map(([at]) => at)).toEqual([now - HOUR, now - MINUTE, now - 10 * SECOND]);
});

test("a trace does not grow for ever", () => {
  let traces = appendRows(new Map(), [], now);
  for (let minute = 0; minute < 24 * 60; minute += 1) {
    const nowMs = now + minute * MINUTE;
    traces = appendRows(traces, [createRow({}, nowMs)], nowMs);
  }
  expect(traces.get(toTraceKey(createRow(), "five_hour"))?.points.length).toBeLessThan(6 * 60);
});
