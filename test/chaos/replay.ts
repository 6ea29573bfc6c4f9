// Somebody between browser and bridge has every signed request in hand, and delivers it twice at once, later, in another
// order, changed, again, or to the next bridge: each reading counts once.
import { isDeepStrictEqual } from "node:util";
import { acknowledgementSchema, type Sequenced } from "../../shared/protocol.ts";
import { send, toBytes } from "../harness/raw-http.ts";
import { type Credentials, pairInstall, sign, toJsonBytes, toRequest } from "../harness/signed-client.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";
import { readKnown } from "./ledger.ts";
import { createPlace, type Place } from "./place.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const MINUTE = 60_000;
const RESETS_AT = "2099-01-01T00:00:00.000Z";
const MAX_BATCH = 10;

type Hop = {
  place: Place;
  credentials: Credentials;
  startMs: number;
  looks: number;
  /** Looked and not acknowledged; the oldest first. */
  waiting: Sequenced[];
  acknowledged: Set<number>;
  /** Delivered once, and never to count again. */
  delivered: Buffer[];
  /** Taken off the wire, and not delivered yet. */
  held: Buffer[];
};

async function createHop(): Promise<Hop> {
  const place = await createPlace();
  const credentials = await pairInstall(place.home);
  const startMs = Date.now() - 30 * 24 * 60 * MINUTE;
  return { place, credentials, startMs, looks: 0, waiting: [], acknowledged: new Set(), delivered: [], held: [] };
}

/** A look a minute after the last, never with the same value, and the request that would bring all that waits. */
async function look(hop: Hop): Promise<{ bytes: Buffer; sent: Sequenced[] }> {
  hop.looks += 1;
  const windows = [createUsageWindow({ utilization: (hop.looks * 7) % 100, resets_at: RESETS_AT })];
  const fetched_at = new Date(hop.startMs + hop.looks * MINUTE).toISOString();
  hop.waiting.push({ sequence: hop.looks, snapshot: createSnapshot({ windows, fetched_at, money: null }) });
  const { credentials, place } = hop;
  const sent = hop.waiting.slice(0, MAX_BATCH);
  const body = toJsonBytes(createPost({ install: credentials.install, snapshots: sent }));
  const question = { method: "POST", path: "/snapshots", body };
  const { header } = await sign(credentials, place.port, question);
  return { bytes: toBytes(toRequest(place.port, question, header)), sent };
}

async function deliver({ place, delivered }: Hop, bytes: Buffer): Promise<number | undefined> {
  delivered.push(bytes);
  return (await send(place.port, bytes))?.status;
}

/** The browser hears of it, and gives up what was acknowledged. */
async function pass(hop: Hop): Promise<string[]> {
  const { bytes } = await look(hop);
  hop.delivered.push(bytes);
  const answer = await send(hop.place.port, bytes);
  if (answer?.status !== 200) return [`an honest post was answered ${answer?.status}`];
  const done = acknowledgementSchema.parse(JSON.parse(answer.body)).acknowledged;
  for (const sequence of done) hop.acknowledged.add(sequence);
  hop.waiting = hop.waiting.filter(({ sequence }) => !done.includes(sequence));
  return [];
}

async function deliverTwice(hop: Hop): Promise<string[]> {
  const { bytes } = await look(hop);
  const answers = await Promise.all([deliver(hop, bytes), deliver(hop, bytes)]);
  const found = answers.toSorted().join();
  return found === "200,401" ? [] : [`twice at once was answered ${found}`];
}

async function loseAnswer(hop: Hop): Promise<string[]> {
  const { bytes } = await look(hop);
  const status = await deliver(hop, bytes);
  return status === 200 ? [] : [`an honest post was answered ${status}`];
}

async function hold(hop: Hop): Promise<string[]> {
  hop.held.push((await look(hop)).bytes);
  return [];
}

/** The last one taken comes first; what they hold was perhaps sent and acknowledged meanwhile. */
async function releaseHeld(hop: Hop): Promise<string[]> {
  const answers: unknown[] = [];
  for (const bytes of hop.held.splice(0).toReversed()) answers.push(await deliver(hop, bytes));
  return answers.every((status) => status === 200 || status === 401) ? [] : [`held back: ${answers.join()}`];
}

async function change(hop: Hop, random: Random): Promise<string[]> {
  const { bytes } = await look(hop);
  const changed = Buffer.from(bytes);
  const at = bytes.lastIndexOf('"utilization":') + '"utilization":'.length;
  changed[at] = 0x30 + random.int(1, 9);
  return changed.equals(bytes) ? [] : await expectRefused(hop, [changed], "changed");
}

async function replay(hop: Hop, random: Random): Promise<string[]> {
  if (hop.delivered.length === 0) return [];
  return await expectRefused(hop, [random.pick(hop.delivered), ...hop.delivered.slice(-2)], "delivered again");
}

async function replayToNextBridge(hop: Hop, random: Random): Promise<string[]> {
  await hop.place.kill();
  await hop.place.start();
  return await replay(hop, random);
}

/** 401, and the bridge knows what it knew. */
async function expectRefused({ place }: Hop, requests: readonly Buffer[], what: string): Promise<string[]> {
  const before = await readWithoutTime(place);
  const found: string[] = [];
  for (const bytes of requests) {
    const status = (await send(place.port, bytes))?.status;
    if (status !== 401) found.push(`${what}, it was answered ${status}`);
  }
  return isDeepStrictEqual(await readWithoutTime(place), before) ? found : [...found, `${what}, it changed something`];
}

async function readWithoutTime({ home }: Place) {
  const { status, points } = await readKnown(home);
  const { generated_at, ...rest } = status;
  return { rest, points };
}

/** Every reading that was acknowledged stands in the history once, and nothing stands there that was not looked at. */
async function findWrongPoints({ place, startMs, looks, acknowledged }: Hop): Promise<string[]> {
  const { points } = await readKnown(place.home);
  const kept = [...points.values()].flat().map(([at]) => (at - startMs) / MINUTE);
  const lost = [...acknowledged].filter((number) => !kept.includes(number));
  const isOnce = new Set(kept).size === kept.length && kept.every((number) => number >= 1 && number <= looks);
  return [
    ...(isOnce ? [] : [`the history holds ${kept.join()}`]),
    ...lost.map((number) => `reading ${number} is lost`),
  ];
}

const faults = [
  { name: "delivered twice at once", inflict: deliverTwice },
  { name: "answer withheld", inflict: loseAnswer },
  { name: "held back", inflict: hold },
  { name: "changed on the way", inflict: change },
  { name: "replayed", inflict: replay },
  { name: "held back and delivered late, the last one first", inflict: releaseHeld },
  { name: "replayed to the next bridge", inflict: replayToNextBridge },
] as const;

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const hop = await createHop();
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const first = round % faults.length;
    for (const { name, inflict } of [...faults.slice(first), ...faults.slice(0, first)]) {
      const found = [...(await inflict(hop, random)), ...(random.int(0, 1) === 0 ? await pass(hop) : [])];
      report.count(`requests ${name}`);
      for (const words of found) report.harm("invented", `requests ${name}`, `round ${round}: ${words}`);
    }
    const wrong = await findWrongPoints(hop);
    for (const words of wrong) report.harm("lost", "requests replayed", `round ${round}: ${words}`);
  }
  await hop.place.remove();
}

export const replaying: Scenario = { name: "replay", shortRounds: 2, share: 0.3, run };
