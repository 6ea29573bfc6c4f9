// 500 agents that wait for a lease at a real bridge: how long a grant takes beside them, and what they cost while they wait.
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { WebSocket } from "ws";
import type { LeaseAsk } from "../../shared/lease/lease-wire.ts";
import { startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { printTable } from "../harness/print-table.ts";
import { openQuota } from "../harness/shared-quota.ts";
import { waitFor } from "../harness/wait-for.ts";
import { ORG_UUID } from "../shared/wire-examples.ts";

const WAITING = 500;
const GRANTS = 300;
const IDLE_MS = 20_000;

export async function benchLeases(): Promise<void> {
  const home = await createFolder();
  const daemon = await startDaemon({ home, readyMs: 120_000 });
  const sockets: WebSocket[] = [];
  try {
    const quota = await openQuota(home, daemon.port, 50);
    const before = readMegabytes(daemon.pid);
    const waiting = Array.from({ length: WAITING }, () => openHolder(home, { cost: { five_hour: 60 } }));
    sockets.push(...waiting.map(({ socket }) => socket));
    await quota.hasLeases("waiting", WAITING);
    await waitFor(quota.readLeases, (leases) => leases.every(({ blocked_by }) => blocked_by === "window"));
    const during = readMegabytes(daemon.pid);
    const cpuBefore = readCpuMs(daemon.pid);
    await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
    const cpu = readCpuMs(daemon.pid) - cpuBefore;
    const took: number[] = [];
    for (let index = 0; index < GRANTS; index += 1) {
      // Of higher priority, so that those who wait are not in its way, and free.
      const holder = openHolder(home, { cost: { five_hour: 0 }, priority: "high" });
      took.push(await holder.granted);
      holder.socket.terminate();
    }
    took.sort((a, b) => a - b);
    const at = (share: number) => (took[Math.floor(took.length * share)] ?? 0).toFixed(1);
    printTable(`${WAITING} agents wait for a lease`, [
      {
        "grant p50, ms": at(0.5),
        "p99, ms": at(0.99),
        "bridge before, MB": before.toFixed(1),
        "with them, MB": during.toFixed(1),
        [`CPU in ${IDLE_MS / 1000} s, ms`]: cpu,
      },
    ]);
  } finally {
    for (const socket of sockets) socket.terminate();
    await daemon.stop();
    await removeFolder(home);
  }
}

function openHolder(home: string, changes: Partial<LeaseAsk>) {
  const socket = new WebSocket("ws://claude-meter.sock/lease", {
    perMessageDeflate: false,
    createConnection: () => connect(join(home, "bridge.sock")),
  });
  const ask: LeaseAsk = {
    type: "ask",
    id: randomUUID(),
    org_uuid: ORG_UUID,
    account_uuid: null,
    class: "bench/job",
    priority: "normal",
    windows: ["five_hour"],
    max_percent: 90,
    reserve: "6",
    cost: {},
    max_age_ms: null,
    queued_at: new Date().toISOString(),
    held_since: null,
    wait: true,
    max_starts: null,
    pid: process.pid,
    ...changes,
  };
  socket.on("error", () => undefined);
  const granted = new Promise<number>((resolve) => {
    let askedMs = 0;
    socket.on("open", () => {
      askedMs = performance.now();
      socket.send(JSON.stringify(ask));
      socket.send(JSON.stringify({ type: "ready", is_ready: true }));
    });
    socket.on("message", (data) => {
      if (String(data).includes('"granted"')) resolve(performance.now() - askedMs);
    });
  });
  return { socket, granted };
}

function readMegabytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

/** Hundredths of a second, of user and system. */
function readCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return 10 * (Number(fields[11]) + Number(fields[12]));
}
