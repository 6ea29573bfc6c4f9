// The bridge's port, attacked by hand: whoever has no key learns nothing, changes nothing, and holds nothing up.
import { readdir, readFile, rm } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { acknowledgementSchema, MAX_BODY_BYTES } from "../../shared/protocol.ts";
import { statusSchema } from "../../shared/row.ts";
import { importKey } from "../../shared/signing.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { hostSpellings } from "../harness/host-spellings.ts";
import {
  dribble,
  exchange,
  parseRawAnswer,
  type RawAnswer,
  type RawRequest,
  send,
  toBytes,
} from "../harness/raw-http.ts";
import {
  ask,
  type Credentials,
  pairInstall,
  type Question,
  sign,
  toJsonBytes,
  toRequest,
} from "../harness/signed-client.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createPost } from "../shared/wire-examples.ts";

/** More than anything takes on a busy machine, less than Node's own limits: a minute for a head, five for a body. */
const BUSY_MS = 30_000;
const REFUSED = '{"error":"refused"}';
const hello: Question = { method: "GET", path: "/hello" };

let daemon: Daemon;
let own: Credentials;
let other: Credentials;

beforeAll(async () => {
  const home = await createFolder();
  daemon = await startDaemon({ home });
  own = await pairInstall(home);
  other = await pairInstall(home);
});

afterAll(async () => {
  await daemon.stop();
  await rm(daemon.home, { recursive: true, force: true });
});

/** Answers and proves it to a signed question: the bridge lives, and the port is not clogged. */
async function expectHealthy(): Promise<void> {
  const answer = await ask(own, daemon.port, hello);
  expect(answer).toMatchObject({ status: 200, isProven: true });
  expect(daemon.readExit()).toBeUndefined();
}

async function readStatus() {
  return statusSchema.parse(JSON.parse(await readFile(join(daemon.home, "status.json"), "utf8")));
}

/** A few at a time: the bridge takes 64 connections, and a refusal for want of room would prove nothing. */
async function inBatches<T, R>(items: readonly T[], act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 24) {
    results.push(...(await Promise.all(items.slice(start, start + 24).map(act))));
  }
  return results;
}

describe("without a right credential", () => {
  const routes = [
    "/",
    "/hello",
    "/snapshots",
    "/rows",
    "/history",
    "/metrics",
    "/status",
    "/stop",
    "/keys",
    "/keys/revoke",
  ].concat([
    "/pair",
    "/pair/start",
    "/pair/confirm",
    "/refresh",
    "/live",
    "/hello/",
    "//hello",
    "/%68ello",
    "/nothing",
  ]);
  const methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"];
  const kinds = ["no", "wrong", "replayed", "truncated", "expired", "other install's", "bearer"] as const;

  async function toAuthorization(kind: (typeof kinds)[number], question: Question): Promise<string | undefined> {
    const { port } = daemon;
    switch (kind) {
      case "no":
        return undefined;
      case "wrong":
        return (await sign({ ...own, key: await importKey(new Uint8Array(32)) }, port, question)).header;
      case "replayed": {
        const { header } = await sign(own, port, question);
        // Whatever it was answered with, this one counted.
        await send(port, toRequest(port, question, header));
        return header;
      }
      case "truncated":
        return (await sign(own, port, question)).header.slice(0, -1);
      case "expired":
        return (await sign(own, port, question, Date.now() - 121_000)).header;
      case "other install's":
        return (await sign({ ...own, key: other.key }, port, question)).header;
      case "bearer":
        return `Bearer ${"0".repeat(64)}`;
    }
  }

  test("every route and method is answered in time, in the same words, without a hint of a version", async () => {
    const cases = routes.flatMap((path) => methods.flatMap((method) => kinds.map((kind) => ({ path, method, kind }))));
    const answers = await inBatches(cases, async ({ path, method, kind }) => {
      const question = { method, path, ...(method === "POST" ? { body: toJsonBytes({}) } : {}) };
      const answer = await send(daemon.port, toRequest(daemon.port, question, await toAuthorization(kind, question)));
      if (!answer) throw new Error(`${method} ${path} with ${kind} credential was not answered`);
      return { ...answer, name: `${method} ${path}, ${kind} credential`, method };
    });
    // A tunnel is no request to us at all, so it is turned away before anybody asks who it is.
    const expected = ({ method }: { method: string }) => (method === "CONNECT" ? 400 : 401);
    expect(answers.filter((answer) => answer.status !== expected(answer))).toEqual([]);
    expect(answers.filter(({ method, body }) => body !== (method === "HEAD" ? "" : REFUSED))).toEqual([]);
    expect(answers.flatMap(({ headers }) => toHints(headers))).toEqual([]);
    const slowest = Math.max(...answers.map(({ ms }) => ms));
    expect(slowest).toBeLessThan(BUSY_MS);
    console.log(`port: ${answers.length} requests refused alike, the slowest in ${Math.round(slowest)} ms`);
    await expectHealthy();
  });

  /** Header lines that would tell one program, or one version of it, from another. */
  function toHints(headers: RawAnswer["headers"]): string[] {
    const plain = new Set(["content-type", "content-length", "cache-control", "connection", "date"]);
    const guarding = new Set(["x-content-type-options", "content-security-policy", "cross-origin-resource-policy"]);
    const unknown = [...headers.keys()].filter((name) => !plain.has(name) && !guarding.has(name));
    const speaking = [...headers].filter(([, value]) => /claude|meter|node|\d+\.\d+/i.test(value)).map(String);
    return [...unknown, ...speaking];
  }

  test("nothing of all that is in the state", async () => {
    const { rows, installs } = await readStatus().catch(() => ({ rows: [], installs: [] }));
    expect({ rows, installs }).toEqual({ rows: [], installs: [] });
  });

  test("with the right one, what is not there says so, and proves it", async () => {
    expect(await ask(own, daemon.port, { method: "GET", path: "/nothing" })).toMatchObject({
      status: 404,
      isProven: true,
    });
    expect(await ask(own, daemon.port, { method: "PUT", path: "/hello" })).toMatchObject({
      status: 405,
      isProven: true,
    });
    expect(await ask(own, daemon.port, { method: "GET", path: "/status" })).toMatchObject({
      status: 404,
      isProven: true,
    });
    expect(await ask(own, daemon.port, { method: "GET", path: "/hello?x=1" })).toMatchObject({ status: 200 });
  });
});

describe("Host over a plain socket", () => {
  async function sendHosts(...lines: string[]): Promise<RawAnswer | undefined> {
    const { header } = await sign(own, daemon.port, hello);
    const text = ["GET /hello HTTP/1.1", ...lines, `Authorization: ${header}`, "", ""].join("\r\n");
    return await send(daemon.port, Buffer.from(text));
  }

  test("every spelling but the exact one is refused, though correctly signed", async () => {
    const spellings = hostSpellings(daemon.port);
    const answers = await inBatches(spellings, async (host) => ({ host, answer: await sendHosts(`Host: ${host}`) }));
    const passed = answers.filter(({ answer }) => answer?.status !== 403 && answer?.status !== 400);
    expect(passed.map(({ host }) => host)).toEqual([]);
    expect(new Set(answers.map(({ answer }) => answer?.body))).toEqual(new Set([REFUSED]));
    console.log(`port: ${spellings.length} spellings of Host refused`);
  });

  test("the exact one passes, whatever HTTP allows around it", async () => {
    const host = `127.0.0.1:${daemon.port}`;
    for (const line of [`Host: ${host}`, `Host:${host}`, `Host:   ${host}  `, `HOST:\t${host}`, `hOsT: ${host}`]) {
      expect((await sendHosts(line))?.status).toBe(200);
    }
  });

  test.each([
    { name: "two, both exact", lines: (host: string) => [`Host: ${host}`, `Host: ${host}`] },
    { name: "two, the exact one first", lines: (host: string) => [`Host: ${host}`, "Host: evil.test"] },
    { name: "two, the exact one last", lines: (host: string) => ["Host: evil.test", `Host: ${host}`] },
    { name: "none", lines: () => [] },
    { name: "one folded over two lines", lines: (host: string) => ["Host:", ` ${host}`] },
    { name: "one with a blank before the colon", lines: (host: string) => [`Host : ${host}`] },
    { name: "one in X-Forwarded-Host", lines: (host: string) => ["Host: evil.test", `X-Forwarded-Host: ${host}`] },
    { name: "one with a NUL after it", lines: (host: string) => [`Host: ${host}\u0000`] },
  ])("$name: refused", async ({ lines }) => {
    const answer = await sendHosts(...lines(`127.0.0.1:${daemon.port}`));
    expect([400, 403]).toContain(answer?.status);
    expect(answer?.body).toBe(REFUSED);
  });

  test("HTTP/1.0 without a Host is refused", async () => {
    const { header } = await sign(own, daemon.port, hello);
    const answer = await send(daemon.port, {
      method: "GET",
      target: "/hello",
      headers: [["Authorization", header]],
      version: "1.0",
    });
    expect(answer).toMatchObject({ status: 403, body: REFUSED });
  });

  test.each(["http://127.0.0.1:PORT/hello", "http://evil.test/hello", "127.0.0.1:PORT/hello", "*"])(
    "a target %s is refused, with the exact Host",
    async (form) => {
      const target = form.replace("PORT", String(daemon.port));
      const { header } = await sign(own, daemon.port, { method: "GET", path: target });
      const answer = await send(daemon.port, { ...toRequest(daemon.port, hello, header), target });
      expect([400, 404]).toContain(answer?.status);
      expect(answer?.body).toBe(REFUSED);
    },
  );
});

describe("bodies", () => {
  /** A real post, made longer by blanks, which JSON allows. */
  function pad(bytes: number): Uint8Array<ArrayBuffer> {
    const post = toJsonBytes(createPost({ install: own.install }));
    return Uint8Array.from(Buffer.concat([post, Buffer.alloc(bytes - post.byteLength, " ")]));
  }

  async function post(body: Uint8Array<ArrayBuffer>) {
    return await ask(own, daemon.port, { method: "POST", path: "/snapshots", body });
  }

  test.each([
    { more: -1, status: 200 },
    { more: 0, status: 200 },
    { more: 1, status: 413 },
    { more: 1_000_000, status: 413 },
  ])("256 KiB and $more bytes: $status", async ({ more, status }) => {
    expect((await post(pad(MAX_BODY_BYTES + more))).status).toBe(status);
    await expectHealthy();
  });

  /** The same post in chunks, so that no length is known beforehand. */
  async function postChunked(body: Uint8Array<ArrayBuffer>): Promise<RawAnswer | undefined> {
    const question = { method: "POST", path: "/snapshots", body };
    const request = toRequest(daemon.port, question, (await sign(own, daemon.port, question)).header);
    const chunks: Buffer[] = [];
    for (let start = 0; start < body.byteLength; start += 10_000) {
      const part = body.subarray(start, start + 10_000);
      chunks.push(Buffer.from(`${part.byteLength.toString(16)}\r\n`), Buffer.from(part), Buffer.from("\r\n"));
    }
    const coded = Buffer.concat([...chunks, Buffer.from("0\r\n\r\n")]);
    return await send(daemon.port, { ...toChunked(request), body: coded });
  }

  function toChunked(request: RawRequest): RawRequest {
    const headers = request.headers.filter(([name]) => name !== "Content-Length");
    return { ...request, headers: [...headers, ["Transfer-Encoding", "chunked"]] };
  }

  test("in chunks without a length the same limit holds", async () => {
    expect((await postChunked(pad(MAX_BODY_BYTES)))?.status).toBe(200);
    expect((await postChunked(pad(MAX_BODY_BYTES + 1)))?.status).toBe(413);
    expect((await postChunked(pad(2_000_000)))?.status).toBe(413);
    await expectHealthy();
  });

  test("a refusal arrives whole while a megabyte is still under way, each of a hundred times", async () => {
    const megabyte = Buffer.alloc(1_048_576, " ");
    const { port } = daemon;
    const question = { method: "POST", path: "/snapshots", body: Uint8Array.from(megabyte) };
    const signed = toRequest(port, question, (await sign(own, port, question)).header);
    const chunked = Buffer.from(`${megabyte.byteLength.toString(16)}\r\n${megabyte.toString()}\r\n0\r\n\r\n`);
    const toHead = (first: string, ...more: string[]) =>
      [first, `Host: 127.0.0.1:${port}`, ...more, "", ""].join("\r\n");
    const kinds: readonly (readonly [status: number, bytes: Uint8Array])[] = [
      [413, toBytes(signed)],
      [413, toBytes({ ...toChunked(signed), body: chunked })],
      [401, toBytes({ ...signed, headers: signed.headers.filter(([name]) => name !== "Authorization") })],
      [403, toBytes(withHeader(signed, "Origin", "https://claude.ai"))],
      [400, Buffer.concat([Buffer.from("not even HTTP\r\n\r\n"), megabyte])],
      [400, Buffer.concat([Buffer.from(toHead("CONNECT claude.ai:443 HTTP/1.1")), megabyte])],
      [
        400,
        Buffer.concat([
          Buffer.from(toHead("GET /live HTTP/1.1", "Connection: upgrade", "Upgrade: websocket")),
          megabyte,
        ]),
      ],
    ];
    for (const [status, bytes] of kinds) {
      const answers = await inBatches(Array.from({ length: 100 }), async () => await send(port, bytes));
      expect(answers.map((answer) => [answer?.status, answer?.body])).toEqual(answers.map(() => [status, REFUSED]));
    }
    await expectHealthy();
  });

  type Broken = { name: string; change: (request: RawRequest) => RawRequest; statuses: number[] };
  const broken: Broken[] = [
    {
      name: "a length that is too short",
      change: (request) => withHeader(request, "Content-Length", "10"),
      // What is left over is no second request, which may be found out before the first one's signature.
      statuses: [400, 401],
    },
    { name: "a negative length", change: (request) => withHeader(request, "Content-Length", "-1"), statuses: [400] },
    {
      name: "no number for a length",
      change: (request) => withHeader(request, "Content-Length", "1e3"),
      statuses: [400],
    },
    {
      name: "a length beyond every number",
      change: (request) => withHeader(request, "Content-Length", "9".repeat(40)),
      statuses: [400],
    },
    {
      name: "two lengths",
      change: (request) => ({ ...request, headers: [...request.headers, ["Content-Length", "5"]] }),
      statuses: [400],
    },
    {
      name: "a length and chunks",
      change: (request) => ({ ...request, headers: [...request.headers, ["Transfer-Encoding", "chunked"]] }),
      statuses: [400],
    },
    {
      name: "chunks that are none",
      change: (request) => ({
        ...request,
        headers: [...request.headers.filter(([name]) => name !== "Content-Length"), ["Transfer-Encoding", "chunked"]],
      }),
      statuses: [400],
    },
    {
      name: "an unknown transfer coding",
      change: (request) => ({ ...request, headers: [...request.headers, ["Transfer-Encoding", "gzip"]] }),
      statuses: [400],
    },
    {
      name: "no length and no chunks",
      change: (request) => ({ ...request, headers: request.headers.filter(([name]) => name !== "Content-Length") }),
      statuses: [400, 401],
    },
    {
      name: "a head of 9 KiB",
      change: (request) => ({ ...request, headers: [...request.headers, ["X-Long", "x".repeat(9_000)]] }),
      statuses: [400],
    },
    {
      name: "a protocol upgrade",
      change: (request) => ({
        ...request,
        headers: [...request.headers, ["Upgrade", "websocket"], ["Connection", "Upgrade"]],
      }),
      statuses: [400],
    },
  ];

  function withHeader(request: RawRequest, name: string, value: string): RawRequest {
    return { ...request, headers: request.headers.map(([each, old]) => [each, each === name ? value : old] as const) };
  }

  test.each(broken)("$name: refused", async ({ change, statuses }) => {
    const question = { method: "POST", path: "/snapshots", body: toJsonBytes(createPost({ install: own.install })) };
    const request = toRequest(daemon.port, question, (await sign(own, daemon.port, question)).header);
    const answer = await send(daemon.port, change(request));
    expect(statuses).toContain(answer?.status);
    expect(answer?.body).toBe(REFUSED);
    await expectHealthy();
  });

  test("a length that is too long is refused when no more can come", async () => {
    const question = { method: "POST", path: "/snapshots", body: toJsonBytes(createPost({ install: own.install })) };
    const request = toRequest(daemon.port, question, (await sign(own, daemon.port, question)).header);
    const bytes = toBytes(withHeader(request, "Content-Length", "100000"));
    const { text } = await exchange(daemon.port, bytes, (socket) => socket.end());
    expect(text).not.toContain(" 200 ");
    await expectHealthy();
  });

  const valid = () => JSON.stringify(createPost({ install: own.install }));
  test.each([
    { name: "packed with gzip", toBody: () => gzipSync(valid()) },
    { name: "with a byte order mark", toBody: () => Buffer.from(`\u{feff}${valid()}`) },
    { name: "in UTF-16", toBody: () => Buffer.from(valid(), "utf16le") },
    { name: "with a lone continuation byte", toBody: () => Buffer.concat([Buffer.from(valid()), Buffer.from([0x80])]) },
    { name: "with an overlong slash", toBody: () => Buffer.from(valid().replace("Chrome", "Chr\u00ffome"), "latin1") },
    {
      name: "with a surrogate in UTF-8",
      toBody: () => Buffer.concat([Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(valid())]),
    },
    { name: "with a NUL after it", toBody: () => Buffer.from(`${valid()}\u0000`) },
    { name: "twice", toBody: () => Buffer.from(valid() + valid()) },
    { name: "cut in half", toBody: () => Buffer.from(valid().slice(0, 200)) },
    { name: "that is empty", toBody: () => Buffer.alloc(0) },
    { name: "that is a form", toBody: () => Buffer.from("protocol=1") },
  ])("a signed post $name is refused", async ({ toBody }) => {
    expect(await post(Uint8Array.from(toBody()))).toMatchObject({ status: 400, body: REFUSED, isProven: true });
  });

  test("a second request in the same breath is not looked at", async () => {
    const install = (await pairInstall(daemon.home)).install;
    const credentials = await pairInstall(daemon.home, install);
    const second: Question = { method: "POST", path: "/snapshots", body: toJsonBytes(createPost({ install })) };
    const bytes = Buffer.concat([
      toBytes(toRequest(daemon.port, hello, (await sign(own, daemon.port, hello)).header)),
      toBytes(toRequest(daemon.port, second, (await sign(credentials, daemon.port, second)).header)),
    ]);
    const { text, ms } = await exchange(daemon.port, bytes);
    expect(parseRawAnswer(text, ms)).toMatchObject({ status: 200 });
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    await expectHealthy();
    expect((await readStatus()).installs.map((each) => each.install)).not.toContain(install);
  });

  test("a post of another install under our own key is refused", async () => {
    const body = toJsonBytes(createPost({ install: other.install }));
    expect(await post(body)).toMatchObject({ status: 400, body: REFUSED, isProven: true });
  });

  test("a post of another protocol says which side is old, to whoever can prove to be ours", async () => {
    const body = toJsonBytes(createPost({ install: own.install, protocol: 2 }));
    expect(await post(body)).toMatchObject({ status: 426, isProven: true });
  });

  test("after all that a real post is taken", async () => {
    const answer = await post(pad(2_000));
    expect(acknowledgementSchema.parse(JSON.parse(answer.body))).toMatchObject({ acknowledged: [1], refused: [] });
    expect((await readStatus()).rows).toHaveLength(1);
  });
});

describe("clients that dribble", () => {
  test("a head that never ends is cut off after 5 s, and two hundred of them lock nobody out", async () => {
    const bytes = Buffer.from(`GET /hello HTTP/1.1\r\nHost: 127.0.0.1:${daemon.port}\r\nX-Slow: `);
    const startMs = performance.now();
    const slow = Promise.all(Array.from({ length: 200 }, () => dribble(daemon.port, bytes, 250)));
    const tryHello = async () => (await ask(own, daemon.port, hello).catch(() => undefined))?.isProven === true;
    await waitFor(tryHello, (isAnswered) => !isAnswered);
    await waitFor(tryHello, (isAnswered) => isAnswered);
    expect(performance.now() - startMs).toBeLessThan(BUSY_MS);
    const ends = await slow;
    const cut = ends.filter(({ ms }) => ms > 1_000);
    expect(cut.length).toBeGreaterThan(0);
    expect(cut.filter(({ ms, text }) => ms < 4_500 || ms > BUSY_MS || text !== "")).toEqual([]);
  });

  test("a body that never ends is cut off after 10 s", async () => {
    const question = { method: "POST", path: "/snapshots", body: toJsonBytes(createPost({ install: own.install })) };
    const request = toRequest(daemon.port, question, (await sign(own, daemon.port, question)).header);
    const endless = {
      ...request,
      headers: request.headers.map(([name, value]) => [name, name === "Content-Length" ? "200000" : value] as const),
    };
    const { text, ms } = await dribble(daemon.port, toBytes(endless), 250);
    expect(text).toBe("");
    expect(ms).toBeGreaterThan(9_500);
    expect(ms).toBeLessThan(BUSY_MS);
    await expectHealthy();
  });
});

describe("floods", () => {
  /** Undefined where the system does not list them. */
  async function countDescriptors(): Promise<number | undefined> {
    return (await readdir(`/proc/${daemon.pid}/fd`).catch(() => undefined))?.length;
  }

  async function toFullRequest(): Promise<Buffer> {
    const question = { method: "POST", path: "/snapshots", body: toJsonBytes(createPost({ install: own.install })) };
    return toBytes(toRequest(daemon.port, question, (await sign(own, daemon.port, question)).header));
  }

  function reset(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve) => {
      const socket = connect({ host: "127.0.0.1", port: daemon.port });
      socket.on("error", () => undefined);
      socket.on("close", () => resolve());
      socket.on("connect", () => socket.write(bytes, () => socket.resetAndDestroy()));
    });
  }

  function halfClose(bytes: Uint8Array): Promise<unknown> {
    return exchange(daemon.port, bytes, (socket) => socket.end());
  }

  test("of resets and half-closed connections leave the bridge alive and its descriptors as they were", async () => {
    await expectHealthy();
    const before = await countDescriptors();
    const full = await toFullRequest();
    const pieces = [0, 1, 20, 200, full.byteLength - 1, full.byteLength].map((length) => full.subarray(0, length));
    const flood = Array.from({ length: 100 }, () => pieces).flat();
    await inBatches(flood, reset);
    await inBatches(flood, halfClose);
    await expectHealthy();
    const after = await waitFor(countDescriptors, (count) => count === undefined || count <= (before ?? 0));
    console.log(`port: ${flood.length * 2} broken connections, descriptors ${before} before and ${after} after`);
  });

  test("leave nothing in the log that calls it a defect, and no word of a body", async () => {
    const log = await readFile(join(daemon.home, "bridge.log"), "utf8");
    expect(log).not.toMatch(/defect/);
    expect(log).not.toContain("user@example.com");
  });
});

test("a stop does not wait for a request that never ends", async () => {
  const home = await createFolder();
  const stopped = await startDaemon({ home });
  onTestFinished(async () => {
    await stopped.stop();
    await removeFolder(home);
  });
  let isHeld = false;
  const held = exchange(stopped.port, Buffer.from("GET /hello HTTP/1.1\r\nX-Slow: "), () => {
    isHeld = true;
  });
  await waitFor(
    () => isHeld,
    (each) => each,
  );
  const startMs = performance.now();
  expect(await stopped.stop()).toBe(0);
  // Else it would be cut off after 5 s, and the stop waits for that.
  expect(performance.now() - startMs).toBeLessThan(4_500);
  await held;
});
