// What forecasts cost the bridge: three accounts of six windows, a reading of each a minute, over the last of nine weeks.
import { join } from "node:path";
import { createForecasts } from "../../bridge/daemon/forecast/forecasts.ts";
import { openStore } from "../../bridge/daemon/history/store.ts";
import type { HistoryPoint } from "../../shared/history.ts";
import { toIso } from "../../shared/time.ts";
import { DAY, MINUTE, playUser, userKinds, WEEK } from "../eval/play-user.ts";
import { createRandom } from "../eval/random.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { createUsageWindow } from "../shared/wire-examples.ts";

const WEEKS = 9;
const ACCOUNTS = 3;
const WEEKLY = ["seven_day", "seven_day_opus", "seven_day_sonnet", "scoped:opus", "scoped:fable"];

type Series = { rowKey: string; window: string; points: readonly HistoryPoint[] };

/** The weekly windows of an account all fill alike. */
function toSeries(rowKey: string, index: number, startMs: number): Series[] {
  const kind = userKinds[index % userKinds.length];
  const played = kind ? playUser(kind, WEEKS, startMs, createRandom(index + 1)) : [];
  return played.flatMap(({ id, points }) =>
    (id === "seven_day" ? WEEKLY : [id]).map((window) => ({ rowKey, window, points })),
  );
}

export async function benchForecast(): Promise<void> {
  const folder = await createFolder();
  const startMs = Date.UTC(2026, 0, 5);
  const endMs = startMs + WEEKS * WEEK;
  const series = Array.from({ length: ACCOUNTS }, (_, index) => toSeries(`account ${index}`, index, startMs)).flat();
  const store = await openStore(join(folder, "history.sqlite"), { check: false });
  store.append(
    series.flatMap(({ points, ...names }) => points.map((point) => ({ ...names, label: names.window, point }))),
  );

  const forecastWindow = createForecasts({ history: store, log: console.log });
  const before = process.cpuUsage();
  let longestMs = 0;
  let said = 0;
  for (let atMs = endMs - DAY; atMs < endMs; atMs += MINUTE) {
    const startedMs = performance.now();
    for (const { rowKey, window, points } of series) {
      const [, utilization, resetMs] = points.findLast(([pointMs]) => pointMs <= atMs) ?? [0, null, null];
      const resets_at = resetMs === null ? null : toIso(resetMs);
      const reading = createUsageWindow({ id: window, utilization, resets_at });
      if (forecastWindow(new Set([rowKey]), reading, atMs)) said += 1;
    }
    if (atMs > endMs - DAY) longestMs = Math.max(longestMs, performance.now() - startedMs);
  }
  const { user, system } = process.cpuUsage(before);
  const minutes = DAY / MINUTE;
  console.log(
    `\nForecasts of ${series.length} windows: ${((user + system) / 1000 / minutes).toFixed(2)} ms of CPU a minute,`,
  );
  console.log(
    `  the longest but the first ${longestMs.toFixed(1)} ms; ${((100 * said) / minutes / series.length).toFixed(0)} % of the answers say something`,
  );
  store.close();
  await removeFolder(folder);
}
