// What a year of history costs the bridge: ten accounts, each with a change every five minutes, day and night.
import { stat } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { openHistory } from "../../bridge/daemon/history/history.ts";
import { openStore } from "../../bridge/daemon/history/store.ts";
import type { Observation } from "../../bridge/daemon/history/to-observations.ts";
import { createGetHistory } from "../../bridge/daemon/routes/get-history.ts";
import type { RowKeys } from "../../bridge/daemon/to-status.ts";
import { type HistoryQuestion, toHistoryTarget } from "../../shared/history-question.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { median } from "./paired-runs.ts";

const MINUTE = 60_000;
const DAY = 1_440 * MINUTE;
const ACCOUNTS = 10;
const ROUNDS = 15;

/** Of six changes one is the weekly window's. */
function observe(rowKey: string, atMs: number, index: number): Observation {
  const isWeekly = index % 6 === 0;
  const lengthMs = isWeekly ? 7 * DAY : 300 * MINUTE;
  const resetMs = Math.ceil((atMs + 1) / lengthMs) * lengthMs;
  const elapsed = 1 - (resetMs - atMs) / lengthMs;
  const [window, label] = isWeekly ? ["seven_day", "Weekly"] : ["five_hour", "5-hour"];
  return { rowKey, window: window ?? "", label: label ?? "", point: [atMs, Math.round(elapsed * 1000) / 10, resetMs] };
}

async function fill(folder: string, rows: readonly RowKeys[], untilMs: number): Promise<number> {
  const store = await openStore(join(folder, "history.sqlite"), { check: true });
  let points = 0;
  for (let dayMs = untilMs - 365 * DAY; dayMs < untilMs; dayMs += DAY) {
    const day = Array.from({ length: DAY / (5 * MINUTE) }, (_, index) =>
      rows.map(({ keys: [key = ""] }, account) => observe(key, dayMs + index * 5 * MINUTE + account * 137, index)),
    ).flat();
    store.append(day);
    points += day.length;
  }
  store.close();
  return points;
}

export async function benchHistory(): Promise<void> {
  const folder = await createFolder();
  const untilMs = Date.now();
  const rows = Array.from({ length: ACCOUNTS }, (_, index): RowKeys => {
    const org_uuid = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
    return { org_uuid, account_uuid: null, keys: [org_uuid] };
  });
  const points = await fill(folder, rows, untilMs);
  const { size } = await stat(join(folder, "history.sqlite"));
  console.log(`\nHistory of a year, ${ACCOUNTS} accounts, ${points} points: ${(size / 1e6).toFixed(1)} MB`);

  const history = await openHistory({ folder, now: Date.now, log: console.log });
  const route = createGetHistory({ readRowKeys: () => rows }, history);
  const ask = async (question: HistoryQuestion) => {
    const query = new URLSearchParams(toHistoryTarget(question).split("?")[1]);
    const startedMs = performance.now();
    const { body } = await route({ path: "/history", query, body: "", socket: new Socket(), install: undefined });
    JSON.stringify(body);
    return performance.now() - startedMs;
  };
  const org_uuid = rows[3]?.org_uuid ?? "";
  const asked: [string, HistoryQuestion][] = [
    ["24 hours of an account, exact", { org_uuid, sinceMs: untilMs - DAY, untilMs }],
    [
      "a year of an account's window, 1,000 points",
      { org_uuid, window: "five_hour", sinceMs: untilMs - 365 * DAY, untilMs, maxPoints: 1_000 },
    ],
    [
      "a year of an account, all windows, 1,000 points each",
      { org_uuid, sinceMs: untilMs - 365 * DAY, untilMs, maxPoints: 1_000 },
    ],
  ];
  for (const [name, question] of asked) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) times.push(await ask(question));
    console.log(`  ${name.padEnd(54)} ${median(times).toFixed(1).padStart(6)} ms`);
  }
  await history.close();
  await removeFolder(folder);
}
