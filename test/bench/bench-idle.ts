// What the bridge costs while nobody works: memory beside a bare node:http server, and CPU with a poll a minute.
import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { findFreePort } from "../harness/free-port.ts";
import { ask, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";
import { readCpuMs, readMemory } from "./process-cost.ts";

const MINUTES = Number(process.env["MINUTES"] ?? 10);
const MINUTE_MS = 60_000;
const WARM_UP = 10;

export async function benchIdle(): Promise<void> {
  if (process.platform !== "linux") {
    console.log("\nMemory and CPU at rest are read from /proc, so only on Linux.");
    return;
  }
  const home = await createFolder();
  const port = await findFreePort();
  const daemon = await startDaemon({ home, port });
  const bare = spawn(process.execPath, ["-e", 'require("node:http").createServer().listen(0)'], { stdio: "ignore" });
  try {
    const browser = await pairInstall(home);
    let sequence = 0;
    const poll = async () => {
      sequence += 1;
      const windows = [createUsageWindow({ utilization: sequence % 101, resets_at: null })];
      const snapshot = createSnapshot({ windows, fetched_at: new Date().toISOString() });
      const body = toJsonBytes(createPost({ install: browser.install, snapshots: [{ sequence, snapshot }] }));
      await ask(browser, port, { method: "POST", path: "/snapshots", body });
    };
    // The first ones load and compile what all later ones use, once in the life of a bridge.
    for (let round = 0; round < WARM_UP; round += 1) await poll();
    const beforeMs = readCpuMs(daemon.pid);
    for (let minute = 1; minute <= MINUTES; minute += 1) {
      process.stderr.write(`\rat rest: minute ${minute} of ${MINUTES} `);
      await poll();
      await sleep(MINUTE_MS);
    }
    process.stderr.write("\n");
    const usedMs = readCpuMs(daemon.pid) - beforeMs;
    const own = readMemory(daemon.pid);
    const other = readMemory(bare.pid ?? process.pid);
    console.log(`\nThe bridge at rest, ${MINUTES} minutes with a poll a minute:`);
    console.log(`  CPU ${usedMs} ms, so ${((usedMs / MINUTES) * 1.44).toFixed(1)} s a day`);
    for (const [name, { rssMb, privateMb }] of [
      ["bridge", own],
      ["bare node:http", other],
    ] as const) {
      console.log(`  ${name.padEnd(16)} ${rssMb.toFixed(0)} MB resident, ${privateMb.toFixed(0)} MB of it its own`);
    }
    console.log(`  resident ${(own.rssMb / other.rssMb).toFixed(2)} x`);
  } finally {
    bare.kill();
    await daemon.stop();
    await removeFolder(home);
  }
}
