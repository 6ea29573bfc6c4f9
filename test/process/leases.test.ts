// Leases between real processes: agents whose use fills the window, a real bridge, and every way in which either can end.
import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { describe, expect } from "vitest";
import type { BridgeProcess } from "../harness/bridge-process.ts";
import { CLI_PATH, type Program, startCli } from "../harness/program.ts";
import { openQuota, type SharedQuota } from "../harness/shared-quota.ts";
import { standIn } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

/** The contract: a lease is gone this long after its holder. */
const GONE_MS = 2_000;

let bridge: BridgeProcess;
let quota: SharedQuota;

async function open(percent: number): Promise<void> {
  await bridge.start();
  quota = await openQuota(bridge.home, Number(bridge.environment["CLAUDE_METER_PORT"]), percent);
}

const start = (args: readonly string[]): Program => startCli(bridge.home, args, { environment: bridge.environment });

function startRun(points: number, options: readonly string[] = [], command = ["sleep", "60"]): Program {
  return start(["run", "--class", "job", "--cost", `five_hour:${points}`, ...options, "--", ...command]);
}

test.beforeEach(({ bridge: own }) => {
  bridge = own;
});

test("of 24 agents as many begin as fit, the others after the reset, and none meets the wall", async () => {
  await open(60);
  const stop = quota.play();
  const work = standIn("spender", quota.folder, "4", "1500");
  const runs = Array.from({ length: 24 }, () => startRun(4, [], work));
  const ends: (number | null)[] = [];
  for (const run of runs) void run.ended.then(({ code }) => ends.push(code));
  const settled = await waitFor(
    quota.readLeases,
    (leases) => ends.length >= 5 && leases.length > 0 && leases.every(({ state }) => state === "waiting"),
    120_000,
  );
  expect(settled.length + ends.length).toBe(24);
  expect(settled.every(({ blocked_by }) => blocked_by === "window")).toBe(true);
  expect(settled.map(({ position }) => position)).toEqual(settled.map((_lease, index) => index + 1));
  expect(quota.peak()).toBeLessThanOrEqual(94);
  expect(quota.peak()).toBeGreaterThan(75);

  await quota.reset();
  await Promise.all(runs.map((run) => run.ended));
  await stop();
  expect(ends).toEqual(Array(24).fill(0));
  expect(quota.peak()).toBeLessThanOrEqual(94);
}, 240_000);

describe("a lease is gone within two seconds", () => {
  const isGone = () => quota.hasLeases("running", 0, GONE_MS);

  test.each(["SIGKILL", "SIGHUP", "SIGTERM"] as const)("when its run gets %s", async (signal) => {
    await open(50);
    const run = startRun(4);
    await quota.hasLeases("running", 1);
    run.kill(signal);
    await isGone();
    expect(await quota.hasLeases("settling", 1)).toMatchObject([{ class: "job", owed: { five_hour: 4 } }]);
    await quota.report();
    await quota.hasLeases("settling", 0);
    await run.ended;
  });

  test("when its terminal is closed", async () => {
    await open(50);
    const line = `exec "${process.execPath}" "${CLI_PATH}" run --class job -- sleep 60`;
    const environment = { ...process.env, ...bridge.environment, HOME: bridge.home, CLAUDE_METER_HOME: bridge.home };
    const terminal = spawn("script", ["-qec", line, "/dev/null"], {
      env: environment,
      stdio: ["pipe", "ignore", "ignore"],
    });
    await quota.hasLeases("running", 1);
    terminal.kill("SIGKILL");
    await isGone();
  });

  test("when the process ends for which a guard took it", async () => {
    await open(50);
    const pane = spawn("sleep", ["60"]);
    const guard = start(["guard", "--lease", "--pid", String(pane.pid), "--class", "pane", "--json"]);
    expect(await guard.ended).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(guard.stdout())).toMatchObject({ event: "released", reason: "under" });
    expect(await quota.readLeases()).toMatchObject([{ class: "pane", state: "running", pid: pane.pid }]);
    pane.kill("SIGKILL");
    await isGone();
  });

  test("when somebody ends it by its id, and its command goes on", async () => {
    await open(50);
    const run = startRun(4);
    const [lease] = await quota.hasLeases("running", 1);
    expect(await start(["leases", "end", lease?.id.slice(0, 8) ?? ""]).ended).toMatchObject({ code: 0, stderr: "" });
    await isGone();
    expect(run.child.exitCode).toBeNull();
    run.kill("SIGKILL");
  });
});

describe("a bridge that ends", () => {
  test.each(["SIGTERM", "SIGKILL"] as const)(
    "by %s finds its holders again, and grants nothing twice",
    async (signal) => {
      await open(60);
      const holders = [startRun(14), startRun(8)];
      const before = await quota.hasLeases("running", 2);
      const waiting = startRun(12);
      await quota.hasLeases("waiting", 1);
      await bridge.kill(signal);
      await bridge.start();
      const after = await quota.hasLeases("running", 2);
      expect(after.map(({ id }) => id).toSorted()).toEqual(before.map(({ id }) => id).toSorted());
      // It has waited for longer, but there is no more room than before.
      expect(await quota.hasLeases("waiting", 1)).toMatchObject([{ position: 1 }]);
      await waitFor(quota.readLeases, (leases) => leases.some(({ blocked_by }) => blocked_by === "window"));
      for (const run of [...holders, waiting]) run.kill("SIGKILL");
    },
  );

  test("and whose holder dies meanwhile keeps nothing for it but what nobody has seen", async () => {
    await open(60);
    const holder = startRun(14);
    await quota.hasLeases("running", 1);
    await bridge.kill("SIGKILL");
    holder.kill("SIGKILL");
    await holder.ended;
    await bridge.start();
    expect(await quota.hasLeases("settling", 1)).toMatchObject([{ owed: { five_hour: 14 } }]);
    await quota.report();
    expect(await quota.readLeases()).toEqual([]);
  });

  test("and stays away leaves the gate, and whoever waits says so", async () => {
    await open(70);
    const holder = startRun(12);
    await quota.hasLeases("running", 1);
    const [going, failing] = [startRun(8, [], ["true"]), startRun(8, ["--on-no-lease", "fail"], ["true"])];
    await quota.hasLeases("waiting", 2);
    await bridge.kill("SIGKILL");
    expect(await going.ended).toMatchObject({ code: 0 });
    expect(going.stderr()).toContain("no lease: the bridge does not answer; going on by the gate alone");
    expect(await failing.ended).toMatchObject({ code: 69 });
    holder.kill("SIGKILL");
  });
});

describe("who does not wait", () => {
  test("ends with 75, and says what is taken until when", async () => {
    await open(70);
    const holder = startRun(12);
    await quota.hasLeases("running", 1);
    const run = startRun(8, ["--no-wait"], ["true"]);
    expect(await run.ended).toMatchObject({ code: 75 });
    expect(run.stderr()).toMatch(/what is left of five_hour is needed by work under way, resets (\w{3} )?\d/);
    const guard = start(["guard", "--lease", "--no-wait", "--json", "--cost", "five_hour:8"]);
    expect(await guard.ended).toMatchObject({ code: 75 });
    expect(JSON.parse(guard.stdout())).toMatchObject({
      event: "refused",
      reason: "leased",
      window: "five_hour",
      position: 1,
    });
    holder.kill("SIGKILL");
  });

  test("and starts a class too often is refused, with whoever did so", async () => {
    await open(10);
    for (const code of [0, 0, 75]) {
      const run = startRun(1, ["--max-starts", "2/h"], ["true"]);
      expect(await run.ended).toMatchObject({ code });
      if (code === 75) expect(run.stderr()).toMatch(/job was started 2 times lately/);
    }
  });
});

test("the youngest run is told to hand over when more is owed than is left", async () => {
  await open(50);
  const old = startRun(20);
  await quota.hasLeases("running", 1);
  const hook = [
    "sh",
    "-c",
    `until "$0" "$1" hook pre-tool </dev/null | tee /dev/stderr | grep -q deny; do sleep 0.2; done`,
  ];
  const young = startRun(10, [], [...hook, process.execPath, CLI_PATH]);
  await quota.hasLeases("running", 2);
  // A chat elsewhere takes what was kept for them.
  await writeFile(`${quota.folder}/chat.spent`, "0");
  const stop = quota.play();
  for (const points of ["10", "20", "30", "38", "44"]) {
    await writeFile(`${quota.folder}/chat.spent`, points);
    await quota.report();
  }
  expect(await young.ended).toMatchObject({ code: 75 });
  expect(young.stderr()).toContain("hand over");
  expect(old.child.exitCode).toBeNull();
  await stop();
  old.kill("SIGKILL");
});
