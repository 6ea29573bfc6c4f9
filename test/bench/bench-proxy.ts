// What the proxy adds to a stream: the time to its first event and the way of each event, beside the same without it; the
// memory after 10,000 requests. Client and upstream are this process, for both alike.
import { readFileSync } from "node:fs";
import { Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { type ProxyProcess, startProxy } from "../harness/proxy-process.ts";
import { openUpstream, UPSTREAM_CERTIFICATE } from "../proxy-upstream/upstream.ts";
import { readMemory } from "./process-cost.ts";

const BODY = Buffer.from(JSON.stringify({ model: "m", system: "x".repeat(100_000), metadata: { user_id: "{}" } }));
const EVENTS = 20;
const EVENT_GAP_MS = 10;
const ROUNDS = 8;
const REQUESTS = 10_000;
const AT_ONCE = 50;

type Way = { name: string; ask: () => Promise<IncomingMessage> };
type Times = { firstMs: number[]; eventMs: number[] };

export async function benchProxy(): Promise<void> {
  const home = await createFolder();
  const upstream = await openUpstream();
  const proxy = await startProxy(home, upstream.url);
  const ways = createWays(upstream.url, proxy.port);
  try {
    upstream.answer((asked, response) => {
      asked.resume().on("end", () => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        let count = 0;
        const timer = setInterval(() => {
          count += 1;
          response.write(`data: ${performance.now()}\n\n`);
          if (count < EVENTS) return;
          clearInterval(timer);
          response.end();
        }, EVENT_GAP_MS);
        response.write(`data: ${performance.now()}\n\n`);
      });
    });
    console.log(
      `\nStreams with ${EVENTS} events and a request of 100 kB, directly and through the proxy, ms p50 / p99:`,
    );
    for (const streams of [1, 50, 200]) {
      const times = ways.map((): Times => ({ firstMs: [], eventMs: [] }));
      for (let round = 0; round < ROUNDS * (streams === 1 ? 5 : 1); round += 1) {
        for (const [index, way] of ways.entries()) {
          const into = times[index];
          if (into) await Promise.all(Array.from({ length: streams }, () => play(way, into)));
        }
      }
      for (const [index, { name }] of ways.entries()) {
        const { firstMs, eventMs } = times[index] ?? { firstMs: [], eventMs: [] };
        console.log(
          `  ${String(streams).padStart(3)} ${name.padEnd(9)} first event ${toText(firstMs)}, an event ${toText(eventMs)}`,
        );
      }
    }
    upstream.answer((asked, response) => asked.resume().on("end", () => response.end("{}")));
    const pid = readProxyPid(proxy);
    const before = readMemory(pid);
    for (let done = 0; done < REQUESTS; done += AT_ONCE) {
      await Promise.all(Array.from({ length: AT_ONCE }, async () => drain((await ways[1]?.ask()) ?? raise())));
    }
    console.log(
      `  memory ${before.rssMb.toFixed(0)} MB, after ${REQUESTS} requests ${readMemory(pid).rssMb.toFixed(0)} MB`,
    );
  } finally {
    proxy.kill("SIGTERM");
    await proxy.ended;
    await upstream.close();
    await removeFolder(home);
  }
}

function createWays(upstream: string, port: number): Way[] {
  const ca = readFileSync(UPSTREAM_CERTIFICATE);
  const direct = new HttpsAgent({ keepAlive: true, ca });
  const local = new HttpAgent({ keepAlive: true });
  const options = { method: "POST", headers: { "content-length": BODY.length } };
  const toAnswer = (asked: ReturnType<typeof requestHttp>) =>
    new Promise<IncomingMessage>((resolve, reject) => {
      asked.on("response", resolve);
      asked.on("error", reject);
      asked.end(BODY);
    });
  return [
    { name: "direct", ask: () => toAnswer(requestHttps(`${upstream}/v1/messages`, { ...options, agent: direct })) },
    {
      name: "proxy",
      ask: () => toAnswer(requestHttp(`http://127.0.0.1:${port}/v1/messages`, { ...options, agent: local })),
    },
  ];
}

async function play({ ask }: Way, { firstMs, eventMs }: Times): Promise<void> {
  const startedMs = performance.now();
  const answer = await ask();
  let isFirst = true;
  for await (const chunk of answer) {
    const nowMs = performance.now();
    if (isFirst) firstMs.push(nowMs - startedMs);
    isFirst = false;
    for (const [, sentMs] of String(chunk).matchAll(/data: ([\d.]+)/g)) eventMs.push(nowMs - Number(sentMs));
  }
}

async function drain(answer: IncomingMessage): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    answer.resume().on("end", resolve);
    answer.on("error", reject);
  });
}

/** The command's only child. */
function readProxyPid({ pid }: ProxyProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim());
}

function toText(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? Number.NaN).toFixed(2);
  return `${at(0.5)} / ${at(0.99)}`;
}

function raise(): never {
  throw new Error("no such way");
}
