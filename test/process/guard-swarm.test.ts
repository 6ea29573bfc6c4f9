// A hundred panes wait for one reset: they cost nothing while they wait, and they do not wake together.
import { afterEach, expect } from "vitest";
import * as z from "zod/mini";
import { removeFolder } from "../harness/folder.ts";
import { writeRows } from "../harness/home.ts";
import { type Program, startCli } from "../harness/program.ts";
import { createRecentRow, toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

const PANES = 100;
const SPREAD_MS = 10_000;
const LIMIT_MS = 120_000;

const eventSchema = z.looseObject({ event: z.string(), at: z.iso.datetime() });

let folder: string;
let panes: Program[] = [];

test.beforeEach(({ folder: own }) => {
  folder = own;
});

afterEach(async () => {
  for (const pane of panes) pane.kill("SIGKILL");
  await Promise.all(panes.map((pane) => pane.ended));
  panes = [];
  await removeFolder(folder);
});

const startPane = (...args: string[]) => startCli(folder, ["guard", ...args]);
const writeWindow = (utilization: number, resets_at: string) =>
  writeRows(folder, [createRecentRow({ ageMs: 0, windows: [{ utilization, resets_at }] })]);

test(
  "a hundred waiting guards go on over at least the asked spread",
  async () => {
    const resetMs = Date.now() + 30_000;
    await writeWindow(97, new Date(resetMs).toISOString());
    for (let started = 0; started < PANES; started += 10) {
      const batch = Array.from({ length: 10 }, () => startPane("--grace", "1s", "--spread", "10s", "--json"));
      panes.push(...batch);
      await Promise.all(batch.map((pane) => pane.hasSaid("waiting until")));
    }
    expect(Date.now()).toBeLessThan(resetMs);
    await waitFor(
      () => Date.now(),
      (ms) => ms >= resetMs,
      40_000,
    );
    await writeWindow(1, toMoment(5 * 3_600_000));

    const ends = await Promise.all(panes.map((pane) => pane.ended));
    expect(ends.map(({ code }) => code)).toEqual(ends.map(() => 0));
    const releasedMs = ends
      .map(({ stdout }) => eventSchema.parse(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "")))
      .map(({ at }) => Date.parse(at))
      .toSorted((a, b) => a - b);
    const [firstMs = 0] = releasedMs;
    const lastMs = releasedMs.at(-1) ?? 0;
    console.log(`${PANES} panes released over ${lastMs - firstMs} ms`);
    expect(firstMs).toBeGreaterThanOrEqual(resetMs + 1_000);
    expect(lastMs - firstMs).toBeGreaterThanOrEqual(SPREAD_MS);
    // No second sees more than a third of them.
    const busiest = Math.max(
      ...releasedMs.map((ms) => releasedMs.filter((each) => each >= ms && each < ms + 1_000).length),
    );
    expect(busiest).toBeLessThanOrEqual(PANES / 3);
  },
  LIMIT_MS,
);

test("a waiting guard uses less than a hundredth of a processor", async () => {
  await writeWindow(97, toMoment(3_600_000));
  const pane = startPane();
  panes = [pane];
  await pane.hasSaid("waiting until");
  const fromMs = Date.now();
  const before = await pane.readCpuSeconds();
  await waitFor(
    () => Date.now() - fromMs,
    (ms) => ms >= 4_000,
  );
  const used = (await pane.readCpuSeconds()) - before;
  console.log(`a waiting guard used ${used} s of processor in ${Date.now() - fromMs} ms`);
  expect(used).toBeLessThan(0.04);
});
