// The line on a port of its own: who gets one, what is said on it, and what everybody else can neither hear nor cause.
import { connect } from "node:net";
import { afterEach, describe, expect, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { createAuthenticator } from "../../../bridge/daemon/authenticate.ts";
import { decideTcpRefusal } from "../../../bridge/daemon/decide-refusal.ts";
import { createLine, type Line, type LineLimits } from "../../../bridge/daemon/line.ts";
import { createBridgeServer } from "../../../bridge/daemon/server.ts";
import { MAX_LINE_BYTES, noBody } from "../../../shared/line.ts";
import { importKey, signRequest, verifyAnswer } from "../../../shared/signing.ts";
import { findFreePort } from "../../harness/free-port.ts";
import { type LineClient, openLine } from "../../harness/line-client.ts";
import { ORIGIN } from "../../harness/signed-client.ts";
import { test } from "../../harness/test.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { INSTALL_UUID } from "../../shared/wire-examples.ts";

const OTHER_INSTALL = "00000000-0000-4000-8000-0000000000ff";
const LONG = 60_000;
const limits: LineLimits = { maxLines: 3, maxClaims: 3, claimMs: LONG, lookMs: LONG, closeMs: 50 };
const key = await importKey(new Uint8Array(32).fill(7));
const otherKey = await importKey(new Uint8Array(32).fill(8));
const defects: unknown[] = [];

let nowMs: number;
let port: number;
let line: Line;

async function open(changes: Partial<LineLimits> = {}): Promise<void> {
  port = await findFreePort();
  nowMs = Date.now();
  const host = `127.0.0.1:${port}`;
  const issue = async () => new Uint8Array();
  const keys = {
    find: (install: string) => ({ key: install === INSTALL_UUID ? key : otherKey, browser: "Chrome" }),
    issue,
    list: () => [],
    revoke: async () => false,
  };
  line = createLine({
    authenticator: createAuthenticator({ keys, host, now: () => nowMs, startedMs: nowMs - LONG }),
    now: () => nowMs,
    onDefect: (error) => defects.push(error),
    limits: { ...limits, ...changes },
  });
  const server = createBridgeServer({
    routes: {},
    upgrades: { "GET /line": line.accept },
    decideRefusal: (head) => decideTcpRefusal(head, host),
    decideUpgradeRefusal: (head) => decideTcpRefusal(head, host, "websocket"),
    onRefusal: () => undefined,
    onDefect: (error) => defects.push(error),
  });
  server.maxConnections = 64;
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port }, resolve));
  onTestFinished(async () => {
    await Promise.all([line.close(), new Promise((resolve) => server.close(resolve))]);
  });
}

afterEach(() => {
  expect(defects).toEqual([]);
});

type Claim = { install?: string; key?: CryptoKey; host?: string; path?: string; atMs?: number };

async function toClaim(claim: Claim = {}): Promise<{ text: string; nonce: string }> {
  const { install = INSTALL_UUID, key: own = key, host = `127.0.0.1:${port}`, path = "/line", atMs = nowMs } = claim;
  const signed = await signRequest(own, install, { method: "GET", path, host, body: noBody }, atMs);
  return { text: JSON.stringify({ authorization: signed.header }), nonce: signed.nonce };
}

/** On the line, proven by both sides. */
async function enter(claim: Claim = {}): Promise<LineClient> {
  const client = openLine(port);
  const { text, nonce } = await toClaim(claim);
  client.say(text);
  const [proof] = await client.hasHeard(1);
  const isProven = await verifyAnswer(claim.key ?? key, String(proof?.["proof"]), { nonce, status: 101, body: noBody });
  expect(isProven).toBe(true);
  return client;
}

describe("a paired browser", () => {
  test("is asked for a look and says how it went", async () => {
    await open();
    const client = await enter();
    const looked = line.findLooker(INSTALL_UUID)?.look();
    const [, order] = await client.hasHeard(2);
    client.say(JSON.stringify({ looked: order?.["look"], state: "rate-limited" }));
    expect(await looked).toBe("rate-limited");
  });

  test("whose line ends has not said how its look went", async () => {
    await open();
    const client = await enter();
    const looked = line.findLooker(INSTALL_UUID)?.look();
    await client.hasHeard(2);
    client.socket.close();
    expect(await looked).toBeUndefined();
    await waitFor(
      () => line.findLooker(INSTALL_UUID),
      (looker) => looker === undefined,
    );
  });

  test("that never says how its look went holds nobody up for ever", async () => {
    await open({ lookMs: 50 });
    await enter();
    expect(await line.findLooker(INSTALL_UUID)?.look()).toBeUndefined();
  });

  test("that is silent for longer than its keep-alive is not asked", async () => {
    await open();
    const client = await enter();
    nowMs += 46_000;
    expect(line.findLooker(INSTALL_UUID)).toBeUndefined();
    client.say("{}");
    await waitFor(
      () => line.findLooker(INSTALL_UUID),
      (looker) => looker !== undefined,
    );
  });

  test("has one line, the newest", async () => {
    await open();
    const first = await enter();
    await enter();
    expect(await first.hasEnded()).toBe(1008);
    expect(line.findLooker(INSTALL_UUID)).toBeDefined();
  });

  test("of which there are too many takes the place of the oldest", async () => {
    await open({ maxLines: 1 });
    const first = await enter();
    await enter({ install: OTHER_INSTALL, key: otherKey });
    expect(await first.hasEnded()).toBe(1008);
    expect(line.findLooker(OTHER_INSTALL)).toBeDefined();
  });

  test("is told when the bridge ends", async () => {
    await open();
    const client = await enter();
    await line.close();
    expect(await client.hasEnded()).toBe(1001);
  });
});

/** Connected, said this, and what came of it. */
async function attack(...texts: string[]): Promise<{ ended: unknown; heard: unknown }> {
  const client = openLine(port);
  for (const text of texts) client.say(text);
  return { ended: await client.hasEnded(), heard: client.heard() };
}

describe("hears nothing and is cut off", () => {
  const cases: [string, () => Promise<string[]>][] = [
    ["who has the wrong key", async () => [(await toClaim({ key: otherKey })).text]],
    ["who signed for another path", async () => [(await toClaim({ path: "/hello" })).text]],
    ["who signed for another host", async () => [(await toClaim({ host: "localhost:63762" })).text]],
    ["who signed too long ago", async () => [(await toClaim({ atMs: nowMs - 121_000 })).text]],
    ["who signed ahead of time", async () => [(await toClaim({ atMs: nowMs + 121_000 })).text]],
    ["who says something else first", async () => [JSON.stringify({ looked: 1, state: "ok" })]],
    ["who says no JSON", async () => ["hello"]],
    ["who claims with an object", async () => [JSON.stringify({ authorization: { kid: INSTALL_UUID } })]],
  ];
  test.each(cases)("%s", async (_name, toTexts) => {
    await open();
    expect(await attack(...(await toTexts()))).toEqual({ ended: 1008, heard: [] });
    expect(line.findLooker(INSTALL_UUID)).toBeUndefined();
  });

  test("who does not wait for the proof, also with the right key", async () => {
    await open();
    expect(await attack((await toClaim()).text, "{}")).toEqual({ ended: 1006, heard: [] });
    expect(line.findLooker(INSTALL_UUID)).toBeUndefined();
  });

  test("who replays a claim, while its line is open and after it", async () => {
    await open();
    const client = openLine(port);
    const { text } = await toClaim();
    client.say(text);
    await client.hasHeard(1);
    expect(await attack(text)).toEqual({ ended: 1008, heard: [] });
    client.socket.close();
    await client.hasEnded();
    expect(await attack(text)).toEqual({ ended: 1008, heard: [] });
  });

  test("who says more than a claim has", async () => {
    await open();
    expect(await attack("x".repeat(MAX_LINE_BYTES + 1))).toEqual({ ended: 1009, heard: [] });
  });

  test("who says nothing", async () => {
    await open({ claimMs: 20 });
    expect(await attack()).toEqual({ ended: 1006, heard: [] });
  });
});

describe("on its line a browser", () => {
  test("that says what is no message of ours loses it", async () => {
    await open();
    const client = await enter();
    client.say(JSON.stringify({ looked: "1; --" }));
    expect(await client.hasEnded()).toBe(1008);
  });

  test("answers only what it was asked itself", async () => {
    await open();
    const own = await enter();
    const other = await enter({ install: OTHER_INSTALL, key: otherKey });
    let state: unknown = "waiting";
    void line
      .findLooker(INSTALL_UUID)
      ?.look()
      .then((said) => {
        state = said;
      });
    const [, order] = await own.hasHeard(2);
    other.say(JSON.stringify({ looked: order?.["look"], state: "ok" }));
    other.say("no more");
    await other.hasEnded();
    expect(state).toBe("waiting");
    expect(other.heard().length).toBe(1);
  });
});

describe("refused for its head", () => {
  test.each([
    ["a page", { origin: "https://claude.ai" }],
    ["another extension", { origin: "chrome-extension://aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }],
    ["a sandboxed page", { origin: "null" }],
    ["a program without an Origin", { origin: "" }],
    ["a name that was rebound", { origin: ORIGIN, headers: { host: "rebound.example" } }],
    ["another path", { origin: ORIGIN, path: "/live" }],
  ])("%s", async (_name, options) => {
    await open();
    const client = openLine(port, options);
    expect(await client.hasEnded()).toBe("refused");
  });
});

test("a thousand connections that prove nothing keep no browser off the line", async () => {
  await open();
  let cutOff = 0;
  const flood = Array.from({ length: 1_000 }, () => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      cutOff += 1;
    });
    socket.resume();
    const head = ["Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"];
    const names = [`Host: 127.0.0.1:${port}`, `Origin: ${ORIGIN}`, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="];
    socket.write(`GET /line HTTP/1.1\r\n${[...names, ...head].join("\r\n")}\r\n\r\n`);
    return socket;
  });
  onTestFinished(() => {
    for (const socket of flood) socket.destroy();
  });
  await waitFor(
    () => cutOff,
    (count) => count === flood.length - limits.maxClaims,
  );
  const client = await enter();
  expect(client.socket.readyState).toBe(WebSocket.OPEN);
});
