// Correctly signed bodies of every hostile kind, by the million: none crashes the bridge, none is believed, memory stays flat.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { readStatus } from "../../bridge/state/read-status.ts";
import { toHistoryTarget } from "../../shared/history-question.ts";
import { statusSchema } from "../../shared/row.ts";
import { MAX_CLOCK_SKEW_MS } from "../../shared/signing.ts";
import { askSocket, startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { ask, type Credentials, pairInstall } from "../harness/signed-client.ts";
import {
  CANARY,
  createHostile,
  FORGED_ORG,
  FORGED_PERCENT,
  type Hostile,
  readVerdict,
} from "../process/hostile-bodies.ts";
import { ORG_UUID } from "../shared/wire-examples.ts";
import type { Chaos, Scenario } from "./scenario.ts";

/** The bridge hears 1,000 of one browser within two minutes. */
const BODIES_A_ROUND = 950;
const REST_MS = MAX_CLOCK_SKEW_MS + 1_000;
/** The bridge takes 64 connections. */
const AT_ONCE = 32;
/** Rounds until memory has found its level: the first browsers have come round again. */
const WARM_UP = 150;
/** V8 takes what it may before it collects: with a bounded heap, what grows is what is kept. */
const NODE_OPTIONS = "--max-old-space-size=64";
const MAX_GROWTH_BYTES = 40 * 1024 * 1024;
const FAULT = "hostile bodies";

/** A paired browser, and what it can send. */
type Sender = { credentials: Credentials; hostile: fc.Arbitrary<Hostile>; restedAtMs: number };

/** As many as are needed so that none sends more than the bridge hears of one. */
function createSenders(home: string) {
  const resting: Sender[] = [];
  let paired = 0;
  const pair = async (): Promise<Sender> => {
    paired += 1;
    const install = `00000000-0000-4000-8000-${String(paired).padStart(12, "0")}`;
    return { credentials: await pairInstall(home, install), hostile: createHostile(install), restedAtMs: 0 };
  };
  return {
    take: async (): Promise<Sender> => {
      const [longest] = resting;
      if (longest && performance.now() >= longest.restedAtMs) return resting.shift() ?? longest;
      return await pair();
    },
    giveBack: (sender: Sender) => resting.push({ ...sender, restedAtMs: performance.now() + REST_MS }),
  };
}

/** The bodies that were not made of what they should be: the verdict, and what was found instead. */
async function sendAll({ credentials }: Sender, port: number, bodies: readonly Hostile[]): Promise<string[]> {
  const wrong: string[] = [];
  const waiting = bodies.values();
  const send = async () => {
    for (const body of waiting) {
      const found = await readVerdict(credentials, port, body).catch(String);
      if (found !== body.verdict) wrong.push(`${body.name}: ${body.verdict} expected, ${found} found`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
  return wrong;
}

/** In the file, the history or the log; all readers can still read. */
async function findBelieved(home: string): Promise<string[]> {
  const path = join(home, "status.json");
  const text = await readFile(path, "utf8");
  const { rows } = statusSchema.parse(JSON.parse(text));
  const values = rows.map(({ org_uuid, windows: [first] }) => `${org_uuid} ${first?.utilization ?? first?.last_known}`);
  const history = JSON.stringify(await askSocket(home, "GET", toHistoryTarget({ sinceMs: 0, untilMs: Date.now() })));
  const log = await readFile(join(home, "bridge.log"), "utf8");
  // As a number of its own: milliseconds of a moment can be the same.
  const forged = [FORGED_ORG, CANARY, `\\b${FORGED_PERCENT}\\b`].filter((each) =>
    new RegExp(each).test(text + history),
  );
  return [
    ...(values.join() === `${ORG_UUID} 42` ? [] : [`rows ${values.join()}`]),
    ...forged.map((each) => `${each} in the state`),
    ...(readStatus(path).kind === "read" ? [] : ["readers can not read the file"]),
    ...(/defect|canary|example\.com/.test(log) ? ["the log tells of a defect, or of a body"] : []),
  ];
}

async function readMemoryBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) * 1024;
}

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const home = await createFolder();
  const daemon = await startDaemon({ home, environment: { NODE_OPTIONS } });
  const senders = createSenders(home);
  const memory: number[] = [];
  const fromMs = performance.now();
  for (let round = 0; goesOn(round); round += 1) {
    const sender = await senders.take();
    const seed = toRandom(round).int(1, 2 ** 31 - 1);
    const bodies = fc.sample(sender.hostile, { numRuns: BODIES_A_ROUND, seed });
    const wrong = await sendAll(sender, daemon.port, bodies);
    senders.giveBack(sender);
    for (const { verdict } of bodies) report.count(`${FAULT}, ${verdict}`);
    for (const words of wrong) report.harm("invented", FAULT, `round ${round}: ${words}`);
    if (daemon.readExit() !== undefined) throw new Error(`round ${round}: the bridge ended with ${daemon.readExit()}`);
    for (const words of await findBelieved(home)) report.harm("invented", FAULT, `round ${round}: ${words}`);
    memory.push(await readMemoryBytes(daemon.pid));
  }
  const { credentials } = await senders.take();
  const { status, isProven } = await ask(credentials, daemon.port, { method: "GET", path: "/hello" });
  if (status !== 200 || !isProven) report.harm("crashed", FAULT, `a hello is answered with ${status}`);
  const [first = 0, ...settled] = memory.slice(Math.min(WARM_UP, Math.floor(memory.length / 2)));
  const growthBytes = Math.max(first, ...settled) - first;
  if (growthBytes > MAX_GROWTH_BYTES) report.harm("crashed", FAULT, `memory grew by ${growthBytes} bytes`);
  const sent = memory.length * BODIES_A_ROUND;
  console.log(
    `hostile: ${sent} bodies, ${Math.round(sent / ((performance.now() - fromMs) / 1000))} a second, ` +
      `${(growthBytes / 1e6).toFixed(1)} MB more than after the warm-up`,
  );
  const code = await daemon.stop();
  if (code !== 0) report.harm("crashed", FAULT, `it ended with ${code}`);
  await removeFolder(home);
}

export const hostile: Scenario = { name: "hostile", shortRounds: 11, share: 3, run };
