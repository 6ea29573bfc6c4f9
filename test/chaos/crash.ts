// kill -9 of the real bridge at any moment of its life; what it acknowledged must be there when it is back, once.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { spawnDaemon } from "../harness/daemon.ts";
import { countExtra, makeOlder } from "../harness/older-store.ts";
import { waitFor } from "../harness/wait-for.ts";
import { readKnown } from "./ledger.ts";
import { createPlace, type Place } from "./place.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

/** A folder is used again and again, as a real one is; a new one now and then keeps the comparison short. */
const ROUNDS_A_FOLDER = 24;

/** They make the migration last about as long as the rest of the start. */
const EXTRA_POINTS = 50_000;

type Fault = { name: string; inflict: (place: Place, random: Random) => Promise<void> };

const faults: readonly Fault[] = [
  {
    name: "kill -9 during ingest",
    inflict: async (place, random) => {
      const stopPosting = place.keepPosting(random);
      await pass(random.int(0, 150));
      await place.kill();
      await stopPosting();
    },
  },
  {
    name: "kill -9 during start",
    inflict: async (place, random) => {
      await place.kill();
      await killAtStart(place, random);
    },
  },
  {
    name: "kill -9 during the first start",
    inflict: async (place, random) => {
      await place.kill();
      await place.empty();
      await killAtStart(place, random);
    },
  },
  {
    name: "kill -9 during migration",
    inflict: async (place, random) => {
      await place.stop();
      const store = join(place.home, "history.sqlite");
      await makeOlder(store, EXTRA_POINTS);
      await killAtStart(place, random);
      await place.start();
      const kept = await countExtra(store);
      if (kept !== EXTRA_POINTS) throw new Error(`${kept} of ${EXTRA_POINTS} points came through the migration`);
      await place.kill();
    },
  },
  {
    name: "kill -9 during prune and backup",
    inflict: async (place, random) => {
      await place.kill();
      // Without any backup the first post makes one.
      await rm(join(place.home, "backup"), { recursive: true, force: true });
      await place.start();
      await place.post(random);
      await pass(random.int(0, 25));
      await place.kill();
    },
  },
  {
    name: "kill -9 during shutdown",
    inflict: async (place, random) => {
      const stopPosting = place.keepPosting(random);
      await pass(random.int(0, 50));
      place.signal("SIGTERM");
      await pass(random.int(0, 40));
      await place.kill();
      await stopPosting();
    },
  },
  {
    name: "restart during posts",
    inflict: async (place, random) => {
      const stopPosting = place.keepPosting(random);
      await pass(random.int(0, 50));
      place.signal("SIGTERM");
      const code = await waitFor(place.readExit, (exit) => exit !== undefined);
      await stopPosting();
      if (code !== 0) throw new Error(`SIGTERM ended it with ${code}`);
    },
  },
];

async function killAtStart({ home, port, readStartMs }: Place, random: Random): Promise<void> {
  const { pid, readExit } = spawnDaemon({ home, port });
  await pass(random.int(0, 2 * readStartMs()));
  if (readExit() === undefined) process.kill(pid, "SIGKILL");
  await waitFor(readExit, (exit) => exit !== undefined);
}

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  let place = await createPlace();
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const { name, inflict } = faults[round % faults.length] ?? random.pick(faults);
    if (round % ROUNDS_A_FOLDER === ROUNDS_A_FOLDER - 1) {
      await place.remove();
      place = await createPlace();
    }
    try {
      await inflict(place, random);
      report.count(name, await place.start());
      const known = await readKnown(place.home);
      const { findLost, findInvented } = place.ledger();
      for (const words of findLost(known)) report.harm("lost", name, `round ${round}: ${words}`);
      for (const words of findInvented(known)) report.harm("invented", name, `round ${round}: ${words}`);
      if (await place.hasQuarantined()) throw new Error("the start found its files broken");
    } catch (error) {
      report.harm("crashed", name, `round ${round}: ${String(error)}`);
      await place.remove();
      place = await createPlace();
    }
  }
  await place.remove();
}

export const crash: Scenario = { name: "crash", shortRounds: 12, share: 3, run };
