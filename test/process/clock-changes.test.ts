// Resets past a change of the clock, by the real CLI in six time zones: the moment is the same, and the words are those of
// the wall there.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { clockChanges, resetsAfter, SEEN_BEFORE_MS, toWallClock } from "../harness/clock-changes.ts";
import { writeRows } from "../harness/home.ts";
import { runCli } from "../harness/program.ts";
import { createTestFolder } from "../harness/test.ts";
import { createRowWindow, createStoredRow } from "../shared/wire-examples.ts";

const CLOCK = fileURLToPath(new URL("../harness/clock.mjs", import.meta.url));

test.each(clockChanges.flatMap((change) => resetsAfter.map((reset) => ({ ...change, change, ...reset }))))(
  "a reset of $window $countdown, past the $kind in $zone",
  async ({ change, atMs, zone, window, afterMs, countdown }) => {
    const home = await createTestFolder();
    const [resetMs, nowMs] = [atMs + afterMs, atMs - SEEN_BEFORE_MS];
    const resetsAt = new Date(resetMs).toISOString();
    const windows = [createRowWindow({ id: window, utilization: 97, resets_at: resetsAt })];
    await writeRows(home, [createStoredRow({ fetched_at: new Date(nowMs).toISOString(), windows })]);
    const clockFile = join(home, "clock");
    await writeFile(clockFile, String(nowMs - Date.now()));
    const environment = { TZ: zone, NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_FILE: clockFile };
    const [table, guard] = await Promise.all([
      runCli(home, [], { environment: { ...environment, COLUMNS: "200" } }),
      runCli(home, ["guard", "--no-wait", "--json"], { environment }),
    ]);
    const wall = toWallClock(change, resetMs, nowMs);
    expect(table.stdout).toContain(`${countdown} (${wall})`);
    expect(guard.stderr).toContain(`resets ${wall} (${countdown})`);
    expect(JSON.parse(guard.stdout)).toMatchObject({ resets_at: resetsAt });
  },
);
