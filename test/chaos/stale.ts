// Every way to make an old value look new; a gate must say that it does not know.
import { copyFile, readFile, utimes, writeFile } from "node:fs/promises";
import { toCheckedText } from "../../bridge/state/checksum.ts";
import { toStatusPath } from "../../bridge/state/paths.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { createRowWindow, createStatus, createStoredRow } from "../shared/wire-examples.ts";
import { readGate } from "./gate.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const MINUTE = 60_000;

type Fault = { name: string; forge: (path: string, random: Random) => Promise<void> };

const toIso = (inMs: number) => new Date(Date.now() + inMs).toISOString();

/** A row that was read so long ago, and a window of it that starts again in so long. */
async function write(
  path: string,
  { ageMs, resetInMs = 60 * MINUTE }: { ageMs: number; resetInMs?: number },
  used = 42,
) {
  const windows = [createRowWindow({ utilization: used, resets_at: toIso(resetInMs) })];
  const row = createStoredRow({ fetched_at: toIso(-ageMs), windows });
  await writeFile(path, toCheckedText(createStatus({ generated_at: toIso(0), rows: [row], installs: [] })));
}

const faults: readonly Fault[] = [
  {
    name: "a copy from an hour ago put back over the file",
    forge: async (path, random) => {
      await write(path, { ageMs: random.int(11, 600) * MINUTE });
      await copyFile(path, `${path}.old`);
      await write(path, { ageMs: 0 }, 97);
      await copyFile(`${path}.old`, path);
    },
  },
  {
    name: "the file's time touched",
    forge: async (path, random) => {
      await write(path, { ageMs: random.int(11, 600) * MINUTE });
      const now = new Date();
      await utimes(path, now, now);
    },
  },
  {
    name: "written again and again with the old reading",
    forge: async (path, random) => {
      const ageMs = random.int(11, 600) * MINUTE;
      for (let times = 0; times < 5; times += 1) await write(path, { ageMs });
    },
  },
  {
    name: "a new date put into the text by hand",
    forge: async (path, random) => {
      await write(path, { ageMs: random.int(11, 600) * MINUTE });
      const text = await readFile(path, "utf8");
      await writeFile(path, text.replace(/"fetched_at":"[^"]+"/, `"fetched_at":"${toIso(0)}"`));
    },
  },
  {
    name: "a date in the future",
    forge: (path, random) => write(path, { ageMs: -random.int(3, 600_000) * MINUTE }),
  },
  {
    name: "the browser closed past the reset",
    forge: (path, random) => write(path, { ageMs: random.int(1, 9) * MINUTE, resetInMs: -random.int(0, 60_000) }),
  },
];

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const home = await createFolder();
  const path = toStatusPath(home);
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const { name, forge } = faults[round % faults.length] ?? random.pick(faults);
    await forge(path, random);
    const heard = await readGate(home);
    report.count(name);
    if (heard !== "unknown") report.harm("invented", name, `round ${round}: the gate heard "${heard}"`);
  }
  // A gate that never opens would pass as well.
  await write(path, { ageMs: 0 });
  const heard = await readGate(home);
  if (heard !== "go 42") report.harm("crashed", "a fresh reading", `the gate heard "${heard}"`);
  await removeFolder(home);
}

export const stale: Scenario = { name: "stale", shortRounds: faults.length, share: 0.5, run };
