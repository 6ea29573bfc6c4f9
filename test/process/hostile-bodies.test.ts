// Correctly signed bodies of every hostile kind, by the thousand: no crash, nothing believed that is wrong, memory flat.
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { readStatus } from "../../bridge/state/read-status.ts";
import { acknowledgementSchema } from "../../shared/protocol.ts";
import { statusSchema } from "../../shared/row.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { isLongRun, PROPERTY_TIMEOUT_MS, toRuns } from "../harness/property-runs.ts";
import { runCli } from "../harness/run-cli.ts";
import { ask, type Credentials, pairInstall } from "../harness/signed-client.ts";
import { ORG_UUID } from "../shared/wire-examples.ts";
import {
  CANARY,
  createHostile,
  FORGED_ORG,
  FORGED_PERCENT,
  type Hostile,
  listExtremes,
  type Verdict,
} from "./hostile-bodies.ts";

const INSTALL = "00000000-0000-4000-8000-0000000000cc";
const BATCH = 50;
/** The bridge remembers 20,000 nonces for two minutes, so each of its lives gets half of that. */
const BATCHES_A_LIFE = 200;
const WARM_UP_BATCHES = 60;
const LIVES = isLongRun ? 12 : 1;
const MAX_GROWTH_BYTES = 40 * 1024 * 1024;

/** What the bridge made of a body; anything but the three verdicts says what was wrong with the answer. */
async function readVerdict(credentials: Credentials, port: number, { toBytes }: Hostile): Promise<Verdict | string> {
  const answer = await ask(credentials, port, { method: "POST", path: "/snapshots", body: toBytes() });
  // What is too large is not read, so nobody knows yet whose it was.
  if (answer.isProven === (answer.status === 413)) return `status ${answer.status}, proven: ${answer.isProven}`;
  if ([400, 413, 426].includes(answer.status)) return answer.body === '{"error":"refused"}' ? "refused" : answer.body;
  if (answer.status !== 200) return `status ${answer.status}`;
  const { acknowledged, refused } = acknowledgementSchema.parse(JSON.parse(answer.body));
  if (acknowledged.length === 1 && refused.length === 0) return "taken";
  return acknowledged.length === 0 && refused.length === 1 ? "kept out" : answer.body;
}

async function readMemoryBytes(pid: number): Promise<number> {
  const { stdout } = await promisify(execFile)("ps", ["-o", "rss=", "-p", String(pid)]);
  return Number(stdout.trim()) * 1024;
}

/** Nothing forged is anywhere in the state, and every reader can still read it. */
async function expectHonest({ home }: Daemon): Promise<void> {
  const path = join(home, "status.json");
  const text = await readFile(path, "utf8");
  const status = statusSchema.parse(JSON.parse(text));
  expect(
    status.rows.map(({ org_uuid, windows }) => [org_uuid, windows[0]?.utilization ?? windows[0]?.last_known]),
  ).toEqual([[ORG_UUID, 42]]);
  expect(status.installs.map(({ install }) => install)).toEqual([INSTALL]);
  expect(text).not.toContain(FORGED_ORG);
  expect(text).not.toContain(String(FORGED_PERCENT));
  expect(text).not.toContain(CANARY);
  expect(readStatus(path).kind).toBe("read");
  const log = await readFile(join(home, "bridge.log"), "utf8");
  expect(log).not.toMatch(/defect|canary|example\.com/);
}

type Life = { counts: Map<string, number>; growthBytes: number };

/** One bridge from start to stop: the batches, then what it knows and how it has grown. */
async function live(home: string): Promise<Life> {
  const daemon = await startDaemon({ home });
  onTestFinished(async () => void (await daemon.stop()));
  const credentials = await pairInstall(home, INSTALL);
  const counts = new Map<string, number>();
  let [batches, warmBytes] = [0, 0];
  const batch = fc.array(createHostile(INSTALL), { minLength: BATCH, maxLength: BATCH });
  await fc.assert(
    fc.asyncProperty(batch, async (hostiles) => {
      if (batches === WARM_UP_BATCHES) warmBytes = await readMemoryBytes(daemon.pid);
      batches += 1;
      const verdicts = await Promise.all(hostiles.map((each) => readVerdict(credentials, daemon.port, each)));
      const wrong = hostiles.flatMap(({ name, verdict }, index) =>
        verdicts[index] === verdict ? [] : [`${name}: ${verdict} expected, ${verdicts[index]} found`],
      );
      expect(wrong).toEqual([]);
      for (const verdict of verdicts) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
    }),
    { ...toRuns(BATCHES_A_LIFE), numRuns: BATCHES_A_LIFE, endOnFailure: true },
  );
  expect(daemon.readExit()).toBeUndefined();
  const growthBytes = (await readMemoryBytes(daemon.pid)) - warmBytes;
  await expectHonest(daemon);
  expect(await ask(credentials, daemon.port, { method: "GET", path: "/hello" })).toMatchObject({
    status: 200,
    isProven: true,
  });
  expect(await daemon.stop()).toBe(0);
  return { counts, growthBytes };
}

test("ten thousand signed hostile bodies: none crashes the bridge, none is believed, its memory stays flat", {
  timeout: PROPERTY_TIMEOUT_MS * 3,
}, async () => {
  const home = await mkdtemp(join(tmpdir(), "claude-meter-hostile-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  for (let each = 0; each < LIVES; each += 1) {
    const { counts, growthBytes } = await live(home);
    const sent = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const told = [...counts].map(([verdict, count]) => `${count} ${verdict}`).join(", ");
    console.log(
      `hostile bodies: ${sent} sent, ${told}; memory ${(growthBytes / 1024 / 1024).toFixed(1)} MB more at the end`,
    );
    expect(growthBytes).toBeLessThan(MAX_GROWTH_BYTES);
    expect([...counts.keys()].toSorted()).toEqual(["kept out", "refused", "taken"]);
  }
});

test("what is absurd but allowed is kept so that every reader can read it", async () => {
  const home = await mkdtemp(join(tmpdir(), "claude-meter-absurd-"));
  const daemon = await startDaemon({ home });
  onTestFinished(async () => {
    await daemon.stop();
    await rm(home, { recursive: true, force: true });
  });
  const credentials = await pairInstall(home, INSTALL);
  const unreadable: string[] = [];
  for (const each of listExtremes(INSTALL)) {
    expect(await readVerdict(credentials, daemon.port, each)).toBe("taken");
    const printed = await runCli(home, ["--json"]);
    const table = await runCli(home, []);
    const isRead = readStatus(join(home, "status.json")).kind === "read" && printed.code === 0 && table.code === 0;
    if (!isRead) unreadable.push(each.name);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(table.stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  }
  expect(unreadable).toEqual([]);
});
