// Files that were damaged while no bridge ran: readers never go on what is left of them, and the bridge starts always.
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { openStore } from "../../bridge/daemon/history/store.ts";
import { toKey } from "../../bridge/daemon/merge.ts";
import { readStatus } from "../../bridge/state/read-status.ts";
import { createFolder } from "../harness/folder.ts";
import { parsePrintedRows } from "../harness/printed-row.ts";
import { runCli } from "../harness/program.ts";
import { type Damage, damages, flipBit, folderInPlace, newerStore, newerText, noise, noiseBeside } from "./damage.ts";
import { type Known, ROW_ALONE, readKnown } from "./ledger.ts";
import { createPlace, type Place } from "./place.ts";
import type { Random } from "./random.ts";
import type { Chaos, Harm, Scenario } from "./scenario.ts";

const cases: readonly { file: string; damage: Damage }[] = [
  ...[...damages, folderInPlace, newerText].map((damage) => ({ file: "status.json", damage })),
  ...[...damages, folderInPlace, newerStore, noiseBeside].map((damage) => ({ file: "history.sqlite", damage })),
  ...[...damages, folderInPlace, newerText].map((damage) => ({ file: "keys.json", damage })),
  ...[noise, folderInPlace].map((damage) => ({ file: "lock.db", damage })),
];

/** Each round with a single bit. */
const FLIPS = 500;

/** A folder as a bridge leaves it, kept beside the one that is damaged; what it knew, and what its backup knew. */
type Sample = { folder: string; known: Known; backedUp: Known };

async function createSample(place: Place, random: Random): Promise<Sample> {
  for (let posts = 0; posts < 60; posts += 1) await place.post(random);
  await place.kill();
  // Without a backup the next post makes one, of all there is.
  await rm(join(place.home, "backup"), { recursive: true });
  await place.start();
  const backedUp = await readKnown(place.home);
  for (let posts = 0; posts < 20; posts += 1) await place.post(random);
  await place.postPresent();
  const known = await readKnown(place.home);
  await place.stop();
  const folder = await createFolder();
  await cp(place.home, folder, { recursive: true });
  return { folder, known, backedUp };
}

/** Reads as users and gates do: a value is the right one, or none at all. */
async function findWrongReads(home: string, { known }: Sample): Promise<string[]> {
  const printed = await runCli(home, ["--json"]);
  const guarded = await runCli(home, ["guard", "--no-wait", "--max", "1", "--account", ROW_ALONE.org_uuid]);
  const rows = parsePrintedRows(printed.stdout);
  const isRight = printed.code === 0 ? isOf(known, rows) : printed.code === 69 && rows.length === 0;
  // Every window stands at one percent or more.
  const isClosed = guarded.code === 75 || guarded.code === 69;
  return [
    ...(isRight ? [] : [`--json ended with ${printed.code} and printed ${rows.length} rows`]),
    ...(isClosed ? [] : [`guard ended with ${guarded.code}: ${guarded.stderr}`]),
  ];
}

/** Of this many bits in a file, each read in this process, where it costs nothing: what was read wrongly. */
async function findWrongFlips(path: string, random: Random, isRight: () => Promise<boolean>): Promise<string[]> {
  const bytes = await readFile(path);
  const wrong: string[] = [];
  for (let flip = 0; flip < FLIPS; flip += 1) {
    const broken = Buffer.from(bytes);
    flipBit(broken, random);
    await writeFile(path, broken);
    if (!(await isRight())) wrong.push(toDifference(bytes, broken));
  }
  await writeFile(path, bytes);
  return wrong;
}

/** Read rightly, or not at all. */
function isRightStatus(home: string, { known }: Sample): boolean {
  const reading = readStatus(join(home, "status.json"));
  return reading.kind !== "read" || isOf(known, reading.status.rows);
}

/** The same of the points, each time from a file without a log: a single one may be missing, and none be another. */
async function isRightHistory(home: string, { known }: Sample): Promise<boolean> {
  const path = join(home, "history.sqlite");
  const store = await openStore(path, { check: true }).catch(() => undefined);
  if (!store) return true;
  const rowKeys = known.status.rows.map(({ org_uuid, account_uuid }) => toKey(org_uuid, account_uuid));
  const series = store.read({ rowKeys, sinceMs: 0, untilMs: Date.now() });
  store.close();
  const points = new Set([...known.points.values()].flat().map(String));
  const found = series.flatMap((each) => each.points).map(String);
  return points.size - found.length <= 1 && found.every((point) => points.has(point));
}

function toDifference(before: Buffer, after: Buffer): string {
  const at = before.findIndex((byte, index) => byte !== after[index]);
  return `${before.toString("latin1", at - 20, at + 5)} -> ${after.toString("latin1", at - 20, at + 5)}`;
}

type Row = Omit<Known["status"]["rows"][number], "source">;

function isOf({ status }: Known, rows: readonly Row[]): boolean {
  const right = new Set(status.rows.map(toContent));
  return rows.length === right.size && rows.every((row) => right.has(toContent(row)));
}

/** What was read, without what the moment of reading adds. */
function toContent(row: Row): string {
  const { org_uuid, org_name, account_uuid, account_email, plan, browser, fetched_at, usage, money, errors } = row;
  const windows = row.windows.map(({ state, last_known, utilization, source, observed_at, ...window }) => [
    utilization ?? last_known,
    window,
  ]);
  return JSON.stringify([
    org_uuid,
    org_name,
    account_uuid,
    account_email,
    plan,
    browser,
    fetched_at,
    usage,
    money,
    errors,
    windows,
  ]);
}

/**
 * A history that was found damaged goes back to its backup, and single points whose sum is wrong are told; nothing else may
 * be missing.
 */
async function findLostPoints(place: Place, { known, backedUp }: Sample, found: Known): Promise<string[]> {
  const { points } = (await place.hasQuarantined("history.sqlite")) ? backedUp : known;
  const lost = [...points].flatMap(([series, own]) => {
    const there = new Set((found.points.get(series) ?? []).map(String));
    return own.map(String).filter((point) => !there.has(point));
  });
  const log = await readFile(join(place.home, "bridge.log"), "utf8");
  const told = /history\.sqlite: (\d+) points did not match/.exec(log)?.[1];
  return lost.length <= Number(told ?? 0) ? [] : lost;
}

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const place = await createPlace();
  const sample = await createSample(place, toRandom(-1));
  const flipped: Record<string, () => Promise<boolean>> = {
    "status.json": async () => isRightStatus(place.home, sample),
    "history.sqlite": () => isRightHistory(place.home, sample),
  };
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const { file, damage } = cases[round % cases.length] ?? random.pick(cases);
    const name = `${file}: ${damage.name}`;
    const harm = (kind: Harm) => (words: string) => report.harm(kind, name, `round ${round}: ${words}`);
    await rm(place.home, { recursive: true, force: true });
    await cp(sample.folder, place.home, { recursive: true });
    const isRight = damage === damages[0] ? flipped[file] : undefined;
    if (isRight) {
      const many = `${name} at a time, read in one process`;
      for (const words of await findWrongFlips(join(place.home, file), random, isRight))
        report.harm("invented", many, `round ${round}: ${words}`);
      report.count(many, undefined, FLIPS);
    }
    await damage.apply(join(place.home, file), random);
    try {
      if (file === "status.json") (await findWrongReads(place.home, sample)).forEach(harm("invented"));
      const recoveredMs = await place.start();
      const found = await readKnown(place.home);
      place.ledger().findInvented(found).forEach(harm("invented"));
      if (file !== "status.json" && !isOf(sample.known, found.status.rows)) harm("lost")("a row");
      // The next look of every browser brings back a row that was set aside, and with it the way to its history.
      await place.ledger().pairAgain(place.home);
      await place.postPresent();
      (await findLostPoints(place, sample, await readKnown(place.home))).forEach(harm("lost"));
      report.count(name, recoveredMs);
    } catch (error) {
      harm("crashed")(String(error));
    }
    await place.kill();
  }
  await place.remove();
  await rm(sample.folder, { recursive: true, force: true });
}

export const corruption: Scenario = { name: "corruption", shortRounds: cases.length, share: 2, run };
