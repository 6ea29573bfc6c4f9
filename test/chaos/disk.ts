// A disk that refuses: single system calls that fail, all of a kind for a while, a file system that is really full, a
// folder that is taken away. What was acknowledged stays, and the bridge goes on by itself when the disk does.
import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { hasPassed } from "../harness/has-passed.ts";
import { waitFor } from "../harness/wait-for.ts";
import { readKnown } from "./ledger.ts";
import { createPlace, type Place } from "./place.ts";
import type { Random } from "./random.ts";
import type { Chaos, Harm, Scenario } from "./scenario.ts";
import { attachStrace, canTrace } from "./strace.ts";

const run = promisify(execFile);

/**
 * Each call with the errors that a disk, a full table of files or a wrong right gives. Not write and read: these are the
 * event loop's own pipes as well, which never fail so. A full file system and a limit of size make them fail where they do.
 */
const failures = [
  ["openat", "EMFILE"],
  ["pwrite64", "ENOSPC"],
  ["pwrite64", "EIO"],
  ["fsync", "EIO"],
  ["fdatasync", "EIO"],
  ["rename", "EIO"],
  ["rename", "ENOSPC"],
  ["openat", "EACCES"],
  ["openat", "EROFS"],
  ["openat", "EIO"],
  ["pread64", "EIO"],
  ["ftruncate", "EIO"],
  ["unlink", "EPERM"],
] as const;

/** How far into the calls of one thread the failing one can lie. */
const CALLS_AT_START = 30;
const CALLS_AT_RUN_TIME = 12;
const RECOVERY_LIMIT_MS = 60_000;
const LIMITED_MS = 200;

type Fault = { name: string; inflict: (place: Place, random: Random) => Promise<number> };

const single = failures.map(
  ([call, code]): Fault => ({
    name: `one ${call}: ${code}`,
    inflict: async (place, random) => {
      const detach = await inject(place, toInjection(call, code, String(random.int(1, CALLS_AT_RUN_TIME))));
      for (let posts = 0; posts < 4; posts += 1) await place.post(random);
      await detach();
      return await recover(place, random);
    },
  }),
);

const lasting = failures.map(
  ([call, code]): Fault => ({
    name: `every ${call}: ${code}`,
    inflict: async (place, random) => {
      const detach = await inject(place, toInjection(call, code, "1+"));
      for (let posts = 0; posts < 2; posts += 1) await place.post(random);
      await detach();
      return await recover(place, random);
    },
  }),
);

/** It may end, and say why; the next start without the fault finds all as it was. */
const atStart = failures.map(
  ([call, code]): Fault => ({
    name: `one ${call} during start: ${code}`,
    inflict: async (place, random) => {
      await place.kill();
      const under = [
        "strace",
        "-D",
        "-f",
        "-o",
        "/dev/null",
        ...toInjection(call, code, String(random.int(1, CALLS_AT_START))),
      ];
      await place.start({ under }).catch(() => undefined);
      await place.kill();
      return await place.start();
    },
  }),
);

/** A process may be given less than it asks for, without strace: https://man7.org/linux/man-pages/man2/getrlimit.2.html */
const limited = [
  // Of a write that crosses the limit a part is written; of the next nothing.
  { name: "no file may grow beyond a size: short writes, EFBIG", limit: "fsize", most: 16_384 },
  { name: "no descriptor left: EMFILE", limit: "nofile", most: 30 },
].map(
  ({ name, limit, most }): Fault => ({
    name,
    inflict: async (place, random) => {
      const setLimit = (value: number | "unlimited") =>
        run("prlimit", ["--pid", String(place.readPid()), `--${limit}=${value}:`]);
      const { stdout: usual } = await run("prlimit", [
        ...["--pid", String(place.readPid()), `--${limit}`],
        ...["--raw", "--noheadings", "--output", "SOFT"],
      ]);
      await setLimit(random.int(0, most));
      // Without descriptors its connection is not even accepted before the limit is gone.
      const posted = place.post(random);
      await hasPassed(LIMITED_MS);
      await setLimit(usual.trim() === "unlimited" ? "unlimited" : Number(usual));
      await posted;
      return await recover(place, random);
    },
  }),
);

const fullDisk: Fault = {
  name: "a full file system, freed again",
  inflict: async (place, random) => {
    const ballast = join(place.home, "ballast");
    // As much as there is room for; the error is the end of it.
    await writeFile(ballast, Buffer.alloc(DISK_BYTES)).catch(() => undefined);
    const refused = await waitFor(
      () => place.post(random),
      (status) => status !== 200,
    );
    if (refused !== 507) throw new Error(`a post to a full disk was answered with ${refused}`);
    const { status } = await readKnown(place.home);
    if (status.rows.length === 0) throw new Error("the memory did not go on serving");
    await rm(ballast);
    return await recover(place, random);
  },
};

/** What was in it has gone, whoever took it; what the bridge still knows, it writes again. */
const noFolder: Fault = {
  name: "the folder deleted while it runs",
  inflict: async (place, random) => {
    await rm(place.home, { recursive: true });
    const status = await place.post(random);
    if (status !== 200 && status !== 507) throw new Error(`a post was answered with ${status}`);
    await place.kill();
    const tookMs = await place.start();
    place.ledger().forgetPoints();
    await place.ledger().pairAgain(place.home);
    return tookMs + (await recover(place, random));
  },
};

/** Until a post is kept again, without a restart. */
async function recover(place: Place, random: Random): Promise<number> {
  const fromMs = performance.now();
  await waitFor(
    () => place.post(random),
    (status) => status === 200 || place.readExit() !== undefined,
    RECOVERY_LIMIT_MS,
  );
  if (place.readExit() !== undefined) throw new Error(`the bridge ended with ${place.readExit()}`);
  return performance.now() - fromMs;
}

function toInjection(call: string, code: string, when: string): string[] {
  return ["-e", `trace=${call}`, "-e", `inject=${call}:error=${code}:when=${when}`];
}

/** The result ends the fault. */
const inject = ({ readPid }: Place, injection: readonly string[]) => attachStrace(readPid(), "/dev/null", injection);

const DISK_BYTES = 4 * 1024 * 1024;

/** Undefined where this user may not mount. */
async function mountSmallDisk(): Promise<string | undefined> {
  const folder = await createFolder();
  try {
    await run("mount", ["-t", "tmpfs", "-o", `size=${DISK_BYTES},mode=700`, "claude-meter", folder]);
    return folder;
  } catch {
    await removeFolder(folder);
    return undefined;
  }
}

async function canLimit(): Promise<boolean> {
  return await run("prlimit", ["--pid", String(process.pid)]).then(
    () => true,
    () => false,
  );
}

async function play({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const disk = await mountSmallDisk();
  const traced = (await canTrace()) ? interleave(single, lasting, atStart) : [];
  if (!disk) console.log("disk: no right to mount a file system here, so none was filled");
  if (traced.length === 0) console.log("disk: no strace here, so no system call failed");
  // The rare ones first, so that a short run has them.
  const faults = [...(disk ? [fullDisk] : []), noFolder, ...((await canLimit()) ? limited : []), ...traced];
  const create = () => createPlace(disk && join(disk, "state"));
  // What is wrong once would be found in every round after it.
  const renew = async (spoilt: Place) => {
    await spoilt.remove();
    return await create();
  };
  let place = await create();
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const { name, inflict } = faults[round % faults.length] ?? random.pick(faults);
    const harm = (kind: Harm) => (words: string) => report.harm(kind, name, `round ${round}: ${words}`);
    try {
      for (let posts = 0; posts < 3; posts += 1) await place.post(random);
      report.count(name, await inflict(place, random));
      await place.kill();
      await place.start();
      const [lost, invented] = [await place.findLost(), await place.findInvented()];
      lost.forEach(harm("lost"));
      invented.forEach(harm("invented"));
      if (lost.length + invented.length > 0) place = await renew(place);
    } catch (error) {
      harm("crashed")(String(error));
      place = await renew(place);
    }
  }
  await place.remove();
  if (!disk) return;
  await run("umount", [disk]);
  await rm(disk, { recursive: true });
}

function interleave<T>(...lists: readonly (readonly T[])[]): T[] {
  return (lists[0] ?? []).flatMap((_, index) => lists.flatMap((list) => list[index] ?? []));
}

export const disk: Scenario = { name: "disk", shortRounds: 14, share: 3, run: play };
