// A hundred panes wait for one reset: they cost nothing while they wait, and they do not wake together.
import { expect } from "vitest";
import * as z from "zod/mini";
import { writeRows } from "../harness/home.ts";
import { type Program, startCli } from "../harness/program.ts";
import { createRecentRow, toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

const PANES = 100;
const SPREAD_MS = 10_000;
const BATCH = 10;
/** Beside what starting them all will take, after how long one batch took: a machine may be busy. */
const START_MS = 8_000;
const LIMIT_MS = 600_000;

const eventSchema = z.looseObject({ event: z.string(), at: z.iso.datetime(), resume_at: z.nullable(z.iso.datetime()) });

let folder: string;

test.beforeEach(({ folder: own }) => {
  folder = own;
});

const startPane = (...args: string[]) => startCli(folder, ["guard", ...args]);
const writeWindow = (utilization: number, resets_at: string) =>
  writeRows(folder, [createRecentRow({ ageMs: 0, windows: [{ utilization, resets_at }] })]);

test(
  "a hundred waiting guards go on over at least the asked spread",
  async () => {
    const startBatch = async () => {
      const batch = Array.from({ length: BATCH }, () => startPane("--grace", "1s", "--spread", "10s", "--json"));
      await Promise.all(batch.map((pane) => pane.hasSaid("waiting until")));
      return batch;
    };
    await writeWindow(97, toMoment(3_600_000));
    const beganMs = Date.now();
    for (const pane of await startBatch()) pane.kill("SIGKILL");
    const resetMs = Date.now() + START_MS + 1.5 * (PANES / BATCH) * (Date.now() - beganMs);
    await writeWindow(97, new Date(resetMs).toISOString());
    const panes: Program[] = [];
    while (panes.length < PANES) panes.push(...(await startBatch()));
    expect(Date.now()).toBeLessThan(resetMs);
    await waitFor(
      () => Date.now(),
      (ms) => ms >= resetMs,
      LIMIT_MS,
    );
    await writeWindow(1, toMoment(5 * 3_600_000));

    const ends = await Promise.all(panes.map((pane) => pane.ended));
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
    const events = ends.map(({ stdout }) =>
      stdout
        .trimEnd()
        .split("\n")
        .map((line) => eventSchema.parse(JSON.parse(line))),
    );
    // The moment that each chose; when a busy machine lets it run is another matter, and never sooner.
    const chosenMs = events.map(([waiting]) => Date.parse(waiting?.resume_at ?? ""));
    for (const [pane, own] of events.entries()) {
      expect(Date.parse(own.at(-1)?.at ?? "")).toBeGreaterThanOrEqual(chosenMs[pane] ?? Number.NaN);
    }
    const [firstMs, lastMs] = [Math.min(...chosenMs), Math.max(...chosenMs)];
    console.log(`${PANES} panes released over ${lastMs - firstMs} ms`);
    expect(firstMs).toBeGreaterThanOrEqual(resetMs + 1_000);
    expect(lastMs - firstMs).toBeGreaterThanOrEqual(SPREAD_MS);
    // No second sees more than a third of them.
    const busiest = Math.max(
      ...chosenMs.map((ms) => chosenMs.filter((each) => each >= ms && each < ms + 1_000).length),
    );
    expect(busiest).toBeLessThanOrEqual(PANES / 3);
  },
  LIMIT_MS,
);

const WATCHED_MS = 10_000;

test("a waiting guard uses less than a hundredth of a processor", async () => {
  await writeWindow(97, toMoment(3_600_000));
  const pane = startPane();
  await pane.hasSaid("waiting until");
  const fromMs = Date.now();
  const before = await pane.readCpuSeconds();
  await waitFor(
    () => Date.now() - fromMs,
    (ms) => ms >= WATCHED_MS,
  );
  const used = (await pane.readCpuSeconds()) - before;
  console.log(`a waiting guard used ${used} s of processor in ${Date.now() - fromMs} ms`);
  expect(used).toBeLessThan(WATCHED_MS / 100_000);
});
