// Years of use in a while: readings at many times the pace of a minute, and what they leave in memory, files and descriptors.
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { hasPassed } from "../harness/has-passed.ts";
import { createPlace, type Place } from "./place.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const POSTS_A_SECOND = 20;
/** Rounds until memory has found its level. */
const WARM_UP = 60;
const MAX_DESCRIPTORS_MORE = 5;
/** The bound is 1 MB an hour; over less than half an hour the noise of a collector is more than that. */
const MAX_SLOPE_BYTES = 1_000_000;
const MEANINGFUL_MS = 30 * 60_000;
const FAULT = "posts at 20 a second";

type Sample = { atMs: number; residentBytes: number; descriptors: number };

async function readSample({ readPid }: Place): Promise<Sample> {
  const status = await readFile(`/proc/${readPid()}/status`, "utf8");
  const residentBytes = Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
  return { atMs: performance.now(), residentBytes, descriptors: (await readdir(`/proc/${readPid()}/fd`)).length };
}

/** Least squares, in bytes an hour. */
function toSlope(samples: readonly Sample[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const atMean = mean(samples.map(({ atMs }) => atMs));
  const bytesMean = mean(samples.map(({ residentBytes }) => residentBytes));
  const covered = samples.reduce(
    (sum, { atMs, residentBytes }) => sum + (atMs - atMean) * (residentBytes - bytesMean),
    0,
  );
  const spread = samples.reduce((sum, { atMs }) => sum + (atMs - atMean) ** 2, 0);
  return (covered / spread) * 3_600_000;
}

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  if (process.platform !== "linux")
    return console.log("soak: memory and descriptors are read from /proc, so only on Linux");
  const place = await createPlace();
  const samples: Sample[] = [];
  // A round is a second.
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const paced = hasPassed(1_000);
    for (let posts = 0; posts < POSTS_A_SECOND; posts += 1) {
      if ((await place.post(random)) === 200) report.count(FAULT);
      else report.harm("lost", FAULT, `round ${round}: a post was not kept`);
    }
    await paced;
    samples.push(await readSample(place));
  }
  const settled = samples.slice(Math.min(WARM_UP, Math.floor(samples.length / 2)));
  const [first = samples[0], last = first] = [settled[0], settled.at(-1)];
  if (!first || !last) return;
  const slope = last.atMs - first.atMs > MEANINGFUL_MS ? toSlope(settled) : undefined;
  const { size } = await stat(join(place.home, "history.sqlite"));
  console.log(
    `soak: ${samples.length} s, ${(last.residentBytes / 1e6).toFixed(0)} MB resident, ${slope === undefined ? "too short for a slope" : `${(slope / 1e6).toFixed(1)} MB an hour more`}, ` +
      `${first.descriptors} then ${last.descriptors} descriptors, ${(size / 1e6).toFixed(1)} MB of history`,
  );
  if (last.descriptors > first.descriptors + MAX_DESCRIPTORS_MORE) report.harm("crashed", FAULT, "descriptors leak");
  if (slope !== undefined && slope > MAX_SLOPE_BYTES) report.harm("crashed", FAULT, "memory grows");
  for (const words of await place.findLost()) report.harm("lost", FAULT, words);
  for (const words of await place.findInvented()) report.harm("invented", FAULT, words);
  await place.remove();
}

export const soak: Scenario = { name: "soak", shortRounds: 4, share: 1, run };
