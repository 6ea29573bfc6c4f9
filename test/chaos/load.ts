// More than a machine ever sees at once: each one that asks is answered, and with a whole file.
import { request } from "node:http";
import { join } from "node:path";
import { toCheckedText } from "../../bridge/state/checksum.ts";
import { toStatusPath } from "../../bridge/state/paths.ts";
import { writePrivateFile } from "../../bridge/state/private-files.ts";
import { readStatus } from "../../bridge/state/read-status.ts";
import { hasPassed } from "../harness/has-passed.ts";
import { runCli } from "../harness/program.ts";
import { createStatus } from "../shared/wire-examples.ts";
import { createPlace, type Place } from "./place.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

/** How many of each thing a round has; the whole of it takes a minute on two busy cores. */
type Size = { processes: number; clients: number; renames: number; posts: number };
const SHORT: Size = { processes: 20, clients: 600, renames: 40, posts: 40 };
const WHOLE: Size = { processes: 500, clients: 3_000, renames: 1_000, posts: 400 };

const READERS = 500;
/** So many processes at a time; the rest of them waits for the operating system in any case. */
const AT_ONCE = 50;
const STALL_MS = 1_500;

/** How many were answered as they should be, of how many. */
type Answers = { asked: number; answered: number };
type Fault = { name: string; inflict: (place: Place, size: Size, random: Random) => Promise<Answers> };

const faults: readonly Fault[] = [
  {
    name: "processes of the CLI",
    inflict: async ({ home }, { processes }) => {
      let answered = 0;
      for (let started = 0; started < processes; started += AT_ONCE) {
        const batch = Array.from({ length: Math.min(AT_ONCE, processes - started) }, () => runCli(home, ["--json"]));
        for (const { code, stdout } of await Promise.all(batch)) if (code === 0 && stdout.length > 2) answered += 1;
      }
      return { asked: processes, answered };
    },
  },
  {
    name: "clients of the socket while it is stalled 1.5 s",
    inflict: async (place, { clients }) => {
      place.signal("SIGSTOP");
      const asked = Array.from({ length: clients }, () => askRows(place.home));
      await hasPassed(STALL_MS);
      place.signal("SIGCONT");
      const statuses = await Promise.all(asked);
      return { asked: clients, answered: statuses.filter((status) => status === 200).length };
    },
  },
  {
    name: "readers of the file while it is renamed",
    inflict: async ({ home }, { renames }) => {
      const path = `${toStatusPath(home)}.load`;
      const write = (index: number) =>
        writePrivateFile(
          path,
          toCheckedText({ ...createStatus(), rows: Array(1 + (index % 9)).fill(createStatus().rows[0]) }),
        );
      await write(0);
      let asked = 0;
      let answered = 0;
      let isWriting = true;
      const reading = Array.from({ length: READERS }, async () => {
        while (isWriting) {
          asked += 1;
          if (readStatus(path).kind === "read") answered += 1;
          await new Promise(setImmediate);
        }
      });
      for (let index = 0; index < renames; index += 1) await write(index);
      isWriting = false;
      await Promise.all(reading);
      return { asked, answered };
    },
  },
  {
    name: "posts, four browsers without a pause",
    // Few enough that round after round no browser sends more than the bridge hears of one.
    inflict: (place, { posts }, random) => countPosts(place, posts, random),
  },
];

/** Its own browsers only; each post is answered and kept. */
async function countPosts(place: Place, asked: number, random: Random): Promise<Answers> {
  const { browsers, post } = place.ledger();
  let answered = 0;
  const posting = browsers.map(async (browser) => {
    for (let posts = 0; posts < asked / browsers.length; posts += 1) {
      if ((await post(browser, place.port, random)) === 200) answered += 1;
    }
  });
  await Promise.all(posting);
  return { asked, answered };
}

/** As the CLI asks; undefined when there is no answer. */
async function askRows(home: string): Promise<number | undefined> {
  return await new Promise((resolve) => {
    const asked = request({
      socketPath: join(home, "bridge.sock"),
      path: "/rows",
      headers: { host: "claude-meter.sock" },
    });
    asked.on("error", () => resolve(undefined));
    asked.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode));
      response.on("error", () => resolve(undefined));
    });
    asked.end();
  });
}

async function run({ goesOn, toRandom, report, isLong }: Chaos): Promise<void> {
  const place = await createPlace();
  const size = isLong ? WHOLE : SHORT;
  for (let posts = 0; posts < 10; posts += 1) await place.post(toRandom(-1));
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const { name, inflict } = faults[round % faults.length] ?? random.pick(faults);
    const { asked, answered } = await inflict(place, size, random);
    report.count(name, undefined, asked);
    for (let missing = answered; missing < asked; missing += 1)
      report.harm("lost", name, `round ${round}: no right answer`);
    for (const words of await place.findLost()) report.harm("lost", name, `round ${round}: ${words}`);
    for (const words of await place.findInvented()) report.harm("invented", name, `round ${round}: ${words}`);
    if (place.readExit() !== undefined) throw new Error(`the bridge ended with ${place.readExit()}`);
  }
  await place.remove();
}

export const load: Scenario = { name: "load", shortRounds: faults.length, share: 1, run };
