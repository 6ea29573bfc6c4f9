// What the running bridge takes to answer: durable writes over the port and reads over the socket, beside a bare node:http
// server that answers the same bytes to the same client.
import { type ChildProcess, spawn } from "node:child_process";
import { request } from "node:http";
import { join } from "node:path";
import { signRequest } from "../../shared/signing.ts";
import { askSocket, startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { findFreePort } from "../harness/free-port.ts";
import { ORIGIN, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";

type Target = { socketPath: string } | { port: number };
type Ask = (target: Target, index: number) => Promise<boolean>;
type Result = { sortedMs: number[]; answered: number };

/** Answers what the bridge answered to the same question, without doing anything for it. */
const BARE_SERVER = `
const { createServer } = require("node:http");
const body = Buffer.from(process.argv[2]);
createServer((request, response) => {
  request.resume();
  request.on("end", () => {
    response.writeHead(200, { "content-type": "application/json", "content-length": body.length, connection: "close" });
    response.end(body);
  });
}).listen({ ...JSON.parse(process.argv[1]), backlog: 4096 });
`;

/** Enough that none of them sends more than the bridge hears of one. */
const BROWSERS = 10;

export async function benchBridge(): Promise<void> {
  const home = await createFolder();
  const port = await findFreePort();
  const barePort = await findFreePort();
  const socketPath = join(home, "bare.sock");
  const daemon = await startDaemon({ home, port });
  const servers: ChildProcess[] = [];
  try {
    const browsers = Array.from({ length: BROWSERS }, () => pairInstall(home));
    let sequence = 0;
    const post: Ask = async (target) => {
      sequence += 1;
      const browser = await (browsers[sequence % BROWSERS] ?? pairInstall(home));
      const windows = [createUsageWindow({ utilization: sequence % 101, resets_at: null })];
      const fetched_at = new Date(Date.now() - 1_000).toISOString();
      const snapshots = [{ sequence, snapshot: createSnapshot({ windows, fetched_at }) }];
      const body = toJsonBytes(createPost({ install: browser.install, snapshots }));
      const asked = { method: "POST", path: "/snapshots", host: `127.0.0.1:${port}`, body };
      const { header } = await signRequest(browser.key, browser.install, asked, Date.now());
      const headers = { host: asked.host, origin: ORIGIN, "content-type": "application/json", authorization: header };
      return await send(target, "POST", "/snapshots", { headers, body });
    };
    await post({ port }, 0);
    const rows = JSON.stringify(await askSocket(home, "GET", "/rows"));
    servers.push(
      startBare({ port: barePort }, '{"acknowledged":[1],"refused":[]}'),
      startBare({ path: socketPath }, rows),
    );
    const get: Ask = (target) => send(target, "GET", "/rows", { headers: { host: "claude-meter.sock" } });
    await waitFor(
      () => post({ port: barePort }, 0),
      (isUp) => isUp,
    );
    await waitFor(
      () => get({ socketPath }, 0),
      (isUp) => isUp,
    );

    console.log("\nWrites, acknowledged when they are on disk (signed; a bare server only reads them):");
    // The bridge takes 64 connections at once; browsers of one user are a handful.
    for (const clients of [1, 50]) await compare(`${clients} at once`, clients, post, { port }, { port: barePort });
    console.log("\nReads of the rows over the socket:");
    const own = { socketPath: join(home, "bridge.sock") };
    for (const clients of [1, 50, 500]) await compare(`${clients} at once`, clients, get, own, { socketPath });
  } finally {
    for (const server of servers) server.kill();
    await daemon.stop();
    await removeFolder(home);
  }
}

function startBare(listen: Record<string, unknown>, body: string): ChildProcess {
  return spawn(process.execPath, ["-e", BARE_SERVER, JSON.stringify(listen), body], { stdio: "ignore" });
}

async function compare(name: string, clients: number, ask: Ask, own: Target, bare: Target): Promise<void> {
  const rounds = clients === 1 ? 300 : Math.ceil(3_000 / clients);
  const results: [Result, Result] = [
    { sortedMs: [], answered: 0 },
    { sortedMs: [], answered: 0 },
  ];
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, target] of [own, bare].entries()) {
      const result = results[index];
      if (result) await measureRound(result, clients, (client) => ask(target, client));
    }
  }
  const [ours, theirs] = results;
  const p50 = toPercentile(ours, 0.5);
  const p99 = toPercentile(ours, 0.99);
  const share = ((ours.answered / ours.sortedMs.length) * 100).toFixed(1);
  const bareP99 = toPercentile(theirs, 0.99);
  console.log(
    `  ${name.padEnd(14)} p50 ${p50.toFixed(1).padStart(6)} ms   p99 ${p99.toFixed(1).padStart(6)} ms   ` +
      `bare p99 ${bareP99.toFixed(1).padStart(6)} ms   ${(p99 / bareP99).toFixed(2)} x   answered ${share} %`,
  );
}

async function measureRound(result: Result, clients: number, ask: (client: number) => Promise<boolean>): Promise<void> {
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const startedMs = performance.now();
      const isAnswered = await ask(client);
      result.sortedMs.push(performance.now() - startedMs);
      if (isAnswered) result.answered += 1;
    }),
  );
}

function toPercentile({ sortedMs }: Result, share: number): number {
  return sortedMs.toSorted((a, b) => a - b)[Math.floor(sortedMs.length * share)] ?? Number.NaN;
}

type Question = { headers: Record<string, string>; body?: Uint8Array };

async function send(target: Target, method: string, path: string, { headers, body }: Question): Promise<boolean> {
  const asked = request({ ...target, method, path, headers, agent: false });
  asked.end(body);
  return await new Promise((resolve) => {
    asked.on("error", () => resolve(false));
    asked.on("response", (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode === 200));
    });
  });
}
