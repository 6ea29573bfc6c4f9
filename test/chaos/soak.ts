// Years of use in a while: readings at many times the pace of a minute, and what they leave in memory, files and descriptors.
import { readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasPassed } from "../harness/has-passed.ts";
import { waitFor } from "../harness/wait-for.ts";
import { outgrow } from "./outgrow.ts";
import { createPlace, type Place } from "./place.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const PROBE = fileURLToPath(new URL("../harness/live-memory.mjs", import.meta.url));
const POSTS_A_SECOND = 20;
/** A collection takes a while, so not after every post. */
const SECONDS_A_SAMPLE = 10;
/** Nonces are kept for minutes; before that memory has not found its level. */
const WARM_UP_MS = 5 * 60_000;
const MAX_DESCRIPTORS_MORE = 5;
/** An hour of a real claude-meter is 60 readings; this hour is 72,000. */
const MAX_SLOPE_BYTES = 1_000_000;
const MEANINGFUL_MS = 30 * 60_000;
const FAULT = "posts at 20 a second";

type Sample = { atMs: number; liveBytes: number; residentBytes: number; descriptors: number };

async function readSample({ signal, readPid }: Place, memoryFile: string): Promise<Sample> {
  await rm(memoryFile, { force: true });
  signal("SIGUSR2");
  const liveBytes = await waitFor(
    async () => Number(await readFile(memoryFile, "utf8").catch(() => 0)),
    (bytes) => bytes > 0,
  );
  const status = await readFile(`/proc/${readPid()}/status`, "utf8");
  const residentBytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  const descriptors = (await readdir(`/proc/${readPid()}/fd`)).length;
  return { atMs: performance.now(), liveBytes, residentBytes, descriptors };
}

/** Least squares, in live bytes an hour. */
function toSlope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const atMean = mean(samples.map(({ atMs }) => atMs));
  const bytesMean = mean(samples.map(({ liveBytes }) => liveBytes));
  const covered = samples.reduce((sum, { atMs, liveBytes }) => sum + (atMs - atMean) * (liveBytes - bytesMean), 0);
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - atMean) ** 2, 0);
  return (covered / spread) * 3_600_000;
}

/** "13 MB alive, 101 resident, 26 descriptors" */
function toWords({ liveBytes, residentBytes, descriptors }: Sample): string {
  const toMegabytes = (bytes: number) => (bytes / 1e6).toFixed(1);
  return `${toMegabytes(liveBytes)} MB alive, ${toMegabytes(residentBytes)} MB resident, ${descriptors} descriptors`;
}

async function run({ goesOn, isLong, toRandom, report }: Chaos): Promise<void> {
  if (process.platform !== "linux")
    return console.log("soak: memory and descriptors are read from /proc, so only on Linux");
  const memoryFile = join(tmpdir(), `claude-meter-memory-${process.pid}`);
  const place = await createPlace();
  await place.kill();
  await place.start({ environment: { NODE_OPTIONS: `--import=${PROBE}`, MEMORY_FILE: memoryFile } });
  const samples: Sample[] = [];
  // A round is a second.
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const paced = hasPassed(1_000);
    for (let posts = 0; posts < POSTS_A_SECOND; posts += 1) {
      if ((await place.post(random)) === 200) report.count(FAULT);
      else report.harm("lost", FAULT, `round ${round}: a post was not kept`);
    }
    if (round % SECONDS_A_SAMPLE === 0) samples.push(await readSample(place, memoryFile));
    await paced;
  }
  const settled = samples.filter(({ atMs }) => atMs - (samples[0]?.atMs ?? 0) >= WARM_UP_MS);
  const [first, last] = [settled[0] ?? samples[0], samples.at(-1)];
  if (!first || !last) return;
  const slope = last.atMs - first.atMs > MEANINGFUL_MS ? toSlope(settled) : undefined;
  const { size } = await stat(join(place.home, "history.sqlite"));
  const words = slope === undefined ? "too short for a slope" : `${(slope / 1e6).toFixed(2)} MB an hour more alive`;
  console.log(
    `soak: at first ${toWords(first)}; at last ${toWords(last)}; ${words}; ${(size / 1e6).toFixed(1)} MB of history`,
  );
  if (last.descriptors > first.descriptors + MAX_DESCRIPTORS_MORE) report.harm("crashed", FAULT, "descriptors leak");
  if (slope !== undefined && slope > MAX_SLOPE_BYTES) report.harm("crashed", FAULT, "memory grows");
  for (const each of isLong ? await outgrow(place, toRandom(-1)) : []) report.harm("lost", FAULT, each);
  for (const each of await place.findLost()) report.harm("lost", FAULT, each);
  for (const each of await place.findInvented()) report.harm("invented", FAULT, each);
  await place.remove();
  await rm(memoryFile, { force: true });
}

export const soak: Scenario = { name: "soak", shortRounds: 4, share: 1, run };
