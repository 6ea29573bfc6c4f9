// What passes the proxy: every byte, header and trailer as it was, at the pace of whoever reads, and the end of either side.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { Agent, type IncomingMessage, type OutgoingMessage, request } from "node:http";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect } from "vitest";
import { createRandom, type Random } from "../chaos/random.ts";
import { PROPERTY_TIMEOUT_MS, toRuns } from "../harness/property-runs.ts";
import { type ProxyProcess, startProxy } from "../harness/proxy-process.ts";
import { exchange, toBytes } from "../harness/raw-http.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { openUpstream, type Upstream } from "../proxy-upstream/upstream.ts";

const RUNS = toRuns(500).numRuns;
const AT_ONCE = 16;
const MEGABYTE = 1024 * 1024;

let upstream: Upstream;
let proxy: ProxyProcess;
const agent = new Agent({ keepAlive: true });

beforeAll(async () => {
  upstream = await openUpstream();
});
afterAll(async () => {
  agent.destroy();
  await upstream.close();
});

test.beforeAll(async ({ sharedFolder }) => {
  proxy = await startProxy(sharedFolder, upstream.url);
});
beforeEach(() => {
  upstream.answer((_request, response) => response.end("{}"));
});

function ask(headers: Record<string, string | number> = {}, method = "POST") {
  return request({ agent, host: "127.0.0.1", port: proxy.port, method, path: "/v1/messages?beta=true", headers });
}

async function readAnswer(asked: ReturnType<typeof ask>): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    asked.on("response", resolve);
    asked.on("error", reject);
  });
}

function toBody(random: Random): Buffer {
  const size = random.pick([0, 1, random.int(2, 2_000), random.int(2, 20_000), random.int(20_000, 200_000)]);
  return Buffer.from(
    Array.from({ length: Math.ceil(size / 64) }, () => random.int(0, 2 ** 31 - 1).toString(16)).join('\\"{,:'),
    "latin1",
  );
}

/** In random pieces, of which some wait for the loop. */
async function write(stream: OutgoingMessage, body: Buffer, random: Random): Promise<void> {
  for (let from = 0; from < body.length; ) {
    const to = from + random.pick([1, random.int(1, 100), random.int(1, 70_000), body.length]);
    stream.write(body.subarray(from, to));
    from = to;
    if (random.int(0, 3) === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  stream.end();
}

function toDigest(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex");
}

function readMemory(): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${readProxyPid()}/status`, "utf8"))?.[1]) / 1024;
}

/** The program of the command line has one child, the proxy. */
function readProxyPid(): number {
  return Number(readFileSync(`/proc/${proxy.pid}/task/${proxy.pid}/children`, "utf8").trim());
}

function countDescriptors(): number {
  return readdirSync(`/proc/${readProxyPid()}/fd`).length;
}

describe("what passes is what was sent", () => {
  test(
    `of ${RUNS} random bodies in random chunks no byte changes, and the proxy does not grow`,
    async () => {
      upstream.answer((asked, response) => {
        void buffer(asked).then(async (got) => {
          const random = createRandom(`answer ${String(asked.headers["x-run"])}`);
          const body = toBody(random);
          response.setHeader("x-got", toDigest(got));
          if (random.int(0, 1) === 0) response.setHeader("content-length", body.length);
          await write(response, body, random);
        });
      });
      let changed = 0;
      const play = async (run: number) => {
        const random = createRandom(`request ${run}`);
        const body = toBody(random);
        const hasLength = random.int(0, 1) === 0;
        const asked = ask({ "x-run": run, ...(hasLength ? { "content-length": body.length } : {}) });
        const answered = readAnswer(asked);
        await write(asked, body, random);
        const answer = await answered;
        const got = await buffer(answer);
        const isSame = answer.headers["x-got"] === toDigest(body) && got.equals(toBody(createRandom(`answer ${run}`)));
        if (!isSame) changed += 1;
      };
      const figures: Record<string, number>[] = [];
      for (let run = 0; run < RUNS; run += AT_ONCE) {
        await Promise.all(Array.from({ length: Math.min(AT_ONCE, RUNS - run) }, (_, index) => play(run + index)));
        if (run % (AT_ONCE * 16) === 0) figures.push({ megabytes: readMemory(), descriptors: countDescriptors() });
      }
      console.log(`proxy after ${RUNS} requests: ${JSON.stringify([figures[1], figures.at(-1)])}`);
      expect(changed).toBe(0);
      expect(countDescriptors()).toBeLessThan(3 * AT_ONCE + 40);
      expect(readMemory()).toBeLessThan(200);
    },
    PROPERTY_TIMEOUT_MS * 2,
  );

  test("headers keep their case, order and number both ways; only the Host is the upstream's", async () => {
    let got: string[] = [];
    upstream.answer((asked, response) => {
      got = asked.rawHeaders;
      response.sendDate = false;
      response.writeHead(200, [
        "X-Two",
        "1",
        "x-two",
        "2",
        "Set-Cookie",
        "a",
        "set-cookie",
        "b",
        "CONTENT-LENGTH",
        "0",
      ]);
      response.end();
    });
    const headers = [
      ["Accept", "application/json"],
      ["HOST", `127.0.0.1:${proxy.port}`],
      ["X-Api-Key", "sk-ant-api03-invented"],
      ["anthropic-beta", "one"],
      ["Anthropic-Beta", "two"],
      ["Keep-Alive", "timeout=1"],
      ["Connection", "close, x-hop"],
      ["x-hop", "gone"],
      ["Content-Length", "2"],
    ] as const;
    const { text } = await exchange(
      proxy.port,
      toBytes({ method: "POST", target: "/v1/messages", headers, body: Buffer.from("{}") }),
    );
    const host = new URL(upstream.url).host;
    expect(got.slice(0, -2)).toEqual(
      ["Accept", "application/json", "HOST", host, "X-Api-Key", "sk-ant-api03-invented"].concat([
        "anthropic-beta",
        "one",
        "Anthropic-Beta",
        "two",
        "Content-Length",
        "2",
      ]),
    );
    expect(got.slice(-2)).toEqual(["Connection", "keep-alive"]);
    expect(text).toMatch(
      /^HTTP\/1\.1 200 OK\r\nX-Two: 1\r\nx-two: 2\r\nSet-Cookie: a\r\nset-cookie: b\r\nCONTENT-LENGTH: 0\r\n/,
    );
  });

  test("trailers pass both ways", async () => {
    let got: string[] = [];
    upstream.answer((asked, response) => {
      asked.resume().on("end", () => {
        got = asked.rawTrailers;
        response.writeHead(200, { trailer: "X-Sum" });
        response.write("part");
        response.addTrailers([["X-Sum", "42"]]);
        response.end();
      });
    });
    const asked = ask({ trailer: "X-Check", "transfer-encoding": "chunked" });
    const answered = readAnswer(asked);
    asked.write("{}");
    asked.addTrailers([["X-Check", "7"]]);
    asked.end();
    const answer = await answered;
    await buffer(answer);
    expect([got, answer.rawTrailers]).toEqual([
      ["X-Check", "7"],
      ["X-Sum", "42"],
    ]);
  });

  test.each([204, 304, 404, 429, 500, 529])("an answer with %i passes as it is", async (status) => {
    upstream.answer((_asked, response) =>
      response.writeHead(status, "Own Words").end(status > 304 ? "words" : undefined),
    );
    const asked = ask();
    asked.end("{}");
    const answer = await readAnswer(asked);
    expect([answer.statusCode, answer.statusMessage]).toEqual([status, "Own Words"]);
    expect((await buffer(answer)).toString()).toBe(status > 304 ? "words" : "");
  });

  test("HEAD has the answer's length and no body", async () => {
    upstream.answer((_asked, response) => response.writeHead(200, { "content-length": 9 }).end());
    const asked = ask({}, "HEAD");
    asked.end();
    const answer = await readAnswer(asked);
    expect([answer.headers["content-length"], (await buffer(answer)).length]).toEqual(["9", 0]);
  });

  test("the first event comes before the second is sent", async () => {
    let sendSecond = () => {};
    upstream.answer((_asked, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("event: one\n\n");
      sendSecond = () => response.end("event: two\n\n");
    });
    const asked = ask();
    asked.end("{}");
    const answer = await readAnswer(asked);
    const first = await new Promise<Buffer>((resolve) => answer.once("data", resolve));
    expect(first.toString()).toBe("event: one\n\n");
    sendSecond();
    expect((await buffer(answer)).toString()).toBe("event: two\n\n");
  });

  test("who does not read holds the upstream back, not the proxy's memory", async () => {
    let sent = 0;
    upstream.answer((_asked, response) => {
      const piece = Buffer.alloc(MEGABYTE, "x");
      const more = () => {
        while (sent < 200 && response.write(piece)) sent += 1;
        if (sent < 200) response.once("drain", more);
        else response.end();
        sent += 1;
      };
      more();
    });
    const before = readMemory();
    const asked = ask();
    asked.end("{}");
    const answer = await readAnswer(asked);
    answer.pause();
    let last = -1;
    await waitFor(
      () => {
        const isStill = last === sent;
        last = sent;
        return isStill;
      },
      (isStill) => isStill,
    );
    expect(sent).toBeLessThan(100);
    expect(readMemory() - before).toBeLessThan(64);
    asked.destroy();
  });
});

describe("the end of one side is the end of the other", () => {
  /** Resolves once the upstream has seen its exchange cut. */
  function watchCut(answer: (response: OutgoingMessage & { write: (text: string) => boolean }) => void) {
    let isCut = false;
    upstream.answer((_asked, response) => {
      response.on("close", () => {
        isCut = !response.writableFinished;
      });
      answer(response);
    });
    return () =>
      waitFor(
        () => isCut,
        (cut) => cut,
      );
  }

  test("a client that leaves before the answer", async () => {
    const cut = watchCut(() => undefined);
    const before = upstream.requests();
    const asked = ask();
    asked.on("error", () => undefined);
    asked.end("{}");
    await waitFor(upstream.requests, (requests) => requests > before);
    asked.destroy();
    await cut();
  });

  test("a client that leaves within the answer", async () => {
    const cut = watchCut((response) => response.write("event: one\n\n"));
    const asked = ask();
    asked.on("error", () => undefined);
    asked.end("{}");
    const answer = await readAnswer(asked);
    answer.on("error", () => undefined);
    asked.destroy();
    await cut();
  });

  test("a client that leaves within its own body: the upstream gets no end of it", async () => {
    let isWhole: boolean | undefined;
    upstream.answer((asked) => {
      asked.on("error", () => undefined).resume();
      asked.on("close", () => {
        isWhole = asked.complete;
      });
    });
    const before = upstream.requests();
    const asked = ask({ "content-length": 1_000 });
    asked.on("error", () => undefined);
    asked.write("{");
    await waitFor(upstream.requests, (requests) => requests > before);
    asked.destroy();
    expect(
      await waitFor(
        () => isWhole,
        (whole) => whole !== undefined,
      ),
    ).toBe(false);
  });

  test("an upstream that is cut within its answer never looks like an end", async () => {
    upstream.answer((_asked, response) => {
      response.write("event: one\n\n");
      setImmediate(() => response.destroy());
    });
    const asked = ask();
    asked.on("error", () => undefined);
    asked.end("{}");
    await expect(readAnswer(asked).then(buffer)).rejects.toThrow("aborted");
  });

  test("an upstream that is cut before its answer is told as 502, in the API's own form", async () => {
    upstream.answer((asked) => asked.socket.destroy());
    const asked = ask();
    asked.end("{}");
    const answer = await readAnswer(asked);
    expect(answer.statusCode).toBe(502);
    expect((await buffer(answer)).toString()).toMatch(
      /^\{"type":"error","error":\{"type":"api_error","message":"claude-meter proxy: localhost:\d+ cannot be reached \(ECONNRESET\)"\}\}$/,
    );
    await proxy.hasSaid("cannot be reached: ECONNRESET");
  });

  test("an upstream that is silent is waited for as long as the client waits", async () => {
    const cut = watchCut(() => undefined);
    const socket = connect(proxy.port, "127.0.0.1");
    const headers = [
      ["host", `127.0.0.1:${proxy.port}`],
      ["content-length", "2"],
    ] as const;
    const before = upstream.requests();
    socket.write(toBytes({ method: "POST", target: "/v1/messages", headers, body: Buffer.from("{}") }));
    await waitFor(upstream.requests, (requests) => requests > before);
    expect(socket.bytesRead).toBe(0);
    socket.destroy();
    await cut();
  });

  test("a proxy that is killed cuts both sides", async ({ folder }) => {
    const own = await startProxy(folder, upstream.url);
    const cut = watchCut((response) => response.write("event: one\n\n"));
    const asked = request({ host: "127.0.0.1", port: own.port, method: "POST", path: "/v1/messages", agent: false });
    asked.on("error", () => undefined);
    asked.end("{}");
    const answer = await readAnswer(asked);
    const rest = buffer(answer);
    process.kill(Number(readFileSync(`/proc/${own.pid}/task/${own.pid}/children`, "utf8").trim()), "SIGKILL");
    await expect(rest).rejects.toThrow("aborted");
    await cut();
    expect((await own.ended).code).toBe(70);
  });

  test("a proxy whose command is killed ends as well", async ({ folder }) => {
    const own = await startProxy(folder, upstream.url);
    own.kill("SIGKILL");
    await own.ended;
    await waitFor(
      () =>
        new Promise<boolean>((resolve) =>
          connect(own.port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false)),
        ),
      (isListening) => !isListening,
    );
  });

  test("a proxy that is asked to end does so at once, with 0", async ({ folder }) => {
    const own = await startProxy(folder, upstream.url);
    own.kill("SIGTERM");
    expect((await own.ended).code).toBe(0);
  });
});
