// One who sends too much, sockets that are slow, never read or break off: all others are answered as ever meanwhile, and every
// descriptor comes back.
import { readdir } from "node:fs/promises";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import type { Sequenced } from "../../shared/protocol.ts";
import { startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { hasPassed } from "../harness/has-passed.ts";
import { dribble, toBytes } from "../harness/raw-http.ts";
import { ask, pairInstall, sign, toJsonBytes, toRequest } from "../harness/signed-client.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createPost, createSnapshot } from "../shared/wire-examples.ts";
import { createPlace, type Place } from "./place.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

/** How many of each thing a round has. */
type Size = { posts: number; slow: number; closes: number };
const SHORT: Size = { posts: 1_200, slow: 30, closes: 400 };
const WHOLE: Size = { posts: 10_000, slow: 50, closes: 4_000 };

/** What the bridge hears of one browser within two minutes. */
const HEARD = 1_000;
/** The bridge takes 64 connections on its port, and four browsers need theirs. */
const AT_ONCE = 20;
/** Each of the four: 150 times as often as in life, and not too often yet. */
const PACE_MS = 400;
/** The longest that a connection may take is ten seconds; a busy machine may take longer to notice. */
const FREED_MS = 30_000;
/** Together 5 MB. */
const LARGE_ROWS = 20;
/** The browsers' own connections. */
const MAX_DESCRIPTORS_MORE = 6;

type Target = { place: Place; size: Size; random: Random };
/** Resolves to how often it was done, and what was wrong with the answers. */
type Flood = { name: string; play: (target: Target) => Promise<{ times: number; wrong: string[] }> };

const floods: readonly Flood[] = [
  {
    name: "ten times the ingest of one browser",
    play: async ({ place: { home, port }, size: { posts } }) => {
      const credentials = await pairInstall(home);
      const body = toJsonBytes(createPost({ install: credentials.install, snapshots: [] }));
      let heard = 0;
      const wrong: string[] = [];
      await inParallel(posts, async () => {
        const { status, isProven, headers } = await ask(credentials, port, {
          method: "POST",
          path: "/snapshots",
          body,
        });
        if (status === 200) heard += 1;
        const isTold = status === 429 && isProven && Number(headers.get("retry-after")) > 0;
        if (status !== 200 && !isTold) wrong.push(`${status}, Retry-After: ${headers.get("retry-after")}`);
      });
      if (heard !== HEARD) wrong.push(`${heard} of ${posts} were heard`);
      return { times: posts, wrong };
    },
  },
  {
    name: "sockets that send a byte now and then",
    play: async ({ place: { port }, size: { slow } }) => {
      const head = Buffer.from("POST /snapshots HTTP/1.1\r\nHost: ");
      const ended = await Promise.allSettled(Array.from({ length: slow }, () => dribble(port, head, 200)));
      return { times: slow, wrong: ended.flatMap((each) => (each.status === "rejected" ? [String(each.reason)] : [])) };
    },
  },
  { name: "answers that nobody reads", play: leaveAnswersUnread },
  {
    name: "connections that break off",
    play: async ({ place: { home, port }, size: { closes }, random }) => {
      const credentials = await pairInstall(home);
      const body = toJsonBytes(createPost({ install: credentials.install, snapshots: [] }));
      const question = { method: "POST", path: "/snapshots", body };
      await inParallel(closes, async () => {
        const { header } = await sign(credentials, port, question);
        const bytes = toBytes(toRequest(port, question, header));
        const sent = bytes.subarray(0, random.pick([0, 40, bytes.byteLength - body.byteLength, bytes.byteLength - 1]));
        await breakOff(openSocket({ host: "127.0.0.1", port }, sent), random.pick(["reset", "half", "early"]));
      });
      return { times: closes, wrong: [] };
    },
  },
];

/** On a bridge of its own, whose rows are more than the system takes in without a reader. */
async function leaveAnswersUnread(): Promise<{ times: number; wrong: string[] }> {
  const home = await createFolder();
  const daemon = await startDaemon({ home });
  const { port, pid } = daemon;
  const credentials = await pairInstall(home);
  const post = async (snapshots: Sequenced[]) => {
    const body = toJsonBytes(createPost({ install: credentials.install, snapshots }));
    return (await ask(credentials, port, { method: "POST", path: "/snapshots", body })).status;
  };
  for (let sequence = 1; sequence <= LARGE_ROWS; sequence += 1) {
    const org_uuid = `00000000-0000-4bbb-8000-${String(sequence).padStart(12, "0")}`;
    await post([{ sequence, snapshot: createSnapshot({ org_uuid, usage: { padding: "x".repeat(240_000) } }) }]);
  }
  const free = await countDescriptors(pid);
  const question = { method: "GET", path: "/rows" };
  const headers = [["Host", "claude-meter.sock"]] as const;
  const sockets: Socket[] = [];
  for (let opened = 0; opened < AT_ONCE; opened += 1) {
    const { header } = await sign(credentials, port, question);
    sockets.push(
      openSocket({ host: "127.0.0.1", port }, toBytes(toRequest(port, question, header))),
      openSocket({ path: join(home, "bridge.sock") }, toBytes({ method: "GET", target: "/rows", headers })),
    );
  }
  await waitFor(
    () => sockets.filter(({ bytesRead }) => bytesRead > 0).length,
    (answered) => answered === sockets.length,
  );
  const wrong: string[] = [];
  // The last post's own connection may still have counted as free.
  if (process.platform === "linux" && (await countDescriptors(pid)) < free + sockets.length / 2)
    wrong.push("none was held");
  await waitFor(
    async () => {
      const status = await post([]);
      if (status !== 200) wrong.push(`a post beside them was answered with ${status}`);
      return await countDescriptors(pid);
    },
    (count) => count <= free,
    FREED_MS,
  ).catch((error: unknown) => wrong.push(String(error)));
  for (const socket of sockets) socket.destroy();
  await daemon.stop();
  await removeFolder(home);
  return { times: sockets.length, wrong };
}

/** Not reading anything that comes. */
function openSocket(to: { host: string; port: number } | { path: string }, bytes: Uint8Array): Socket {
  const socket = connect(to);
  socket.on("error", () => undefined);
  socket.write(bytes);
  return socket;
}

/** Resolves when it is closed. */
async function breakOff(socket: Socket, how: "reset" | "half" | "early"): Promise<void> {
  const closed = new Promise((resolve) => socket.on("close", resolve));
  socket.on("connect", () => {
    if (how === "reset") socket.resetAndDestroy();
    else if (how === "early") socket.destroy();
    else socket.resume().end();
  });
  await closed;
}

async function inParallel(times: number, act: () => Promise<void>): Promise<void> {
  let done = 0;
  const worker = async () => {
    while (done < times) {
      done += 1;
      await act();
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

type Answer = { status: number | undefined; ms: number };

/** All browsers of the place, each at its pace. */
async function postWhile({ ledger, port }: Place, random: Random, isGoingOn: () => boolean): Promise<Answer[]> {
  const { browsers, post } = ledger();
  const answers: Answer[] = [];
  const posting = browsers.map(async (browser) => {
    do {
      const paced = hasPassed(PACE_MS);
      const startMs = performance.now();
      const status = await post(browser, port, random);
      answers.push({ status, ms: performance.now() - startMs });
      await paced;
    } while (isGoingOn());
  });
  await Promise.all(posting);
  return answers;
}

/** Elsewhere the system does not tell them. */
async function countDescriptors(pid: number): Promise<number> {
  return process.platform === "linux" ? (await readdir(`/proc/${pid}/fd`)).length : 0;
}

async function run({ goesOn, toRandom, report, isLong }: Chaos): Promise<void> {
  const place = await createPlace();
  const size = isLong ? WHOLE : SHORT;
  for (let posts = 0; posts < 10; posts += 1) await place.post(toRandom(-1));
  const most = (await countDescriptors(place.readPid())) + MAX_DESCRIPTORS_MORE;
  const waitUntilFreed = async () => {
    await waitFor(
      () => countDescriptors(place.readPid()),
      (count) => count <= most,
      FREED_MS,
    );
  };
  const waitsMs: number[] = [];
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const { name, play } = floods[round % floods.length] ?? random.pick(floods);
    let isPlaying = true;
    const playing = play({ place, size, random }).finally(() => {
      isPlaying = false;
    });
    const [{ times, wrong }, answers] = await Promise.all([playing, postWhile(place, toRandom(-1), () => isPlaying)]);
    const fromMs = performance.now();
    await waitUntilFreed();
    report.count(name, performance.now() - fromMs, times);
    report.count("posts beside a flood", undefined, answers.length);
    waitsMs.push(...answers.map(({ ms }) => ms));
    for (const words of wrong) report.harm("crashed", name, `round ${round}: ${words}`);
    for (const { status } of answers) {
      if (status !== 200) report.harm("lost", name, `round ${round}: a post was answered with ${status}`);
    }
    for (const words of await place.findLost()) report.harm("lost", name, `round ${round}: ${words}`);
    for (const words of await place.findInvented()) report.harm("invented", name, `round ${round}: ${words}`);
    if (place.readExit() !== undefined) throw new Error(`the bridge ended with ${place.readExit()}`);
  }
  const sortedMs = waitsMs.toSorted((a, b) => a - b);
  const toShare = (share: number) => (sortedMs[Math.floor(sortedMs.length * share)] ?? 0).toFixed(0);
  console.log(`flood: ${sortedMs.length} posts beside it, p50 ${toShare(0.5)} ms, p99 ${toShare(0.99)} ms`);
  await place.remove();
}

export const flood: Scenario = { name: "flood", shortRounds: floods.length, share: 1, run };
