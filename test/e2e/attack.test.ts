// Everything else in a browser that can reach our port: web pages, rebound names, other extensions. None of it may move
// the number or read a byte of it, with Chrome's Local Network Access checks and without them.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NATIVE_HOST_NAME } from "../../shared/native-message.ts";
import { BRIDGE_PORT, EXTENSION_ID } from "../../shared/protocol.ts";
import { printTable } from "../harness/print-table.ts";
import { startCli } from "../harness/program.ts";
import { waitFor } from "../harness/wait-for.ts";
import { type Arena, createArena, OUR_ORIGIN } from "./attackers/arena.ts";
import { EMPTY_PAGE } from "./attackers/attack-site.ts";
import {
  type Attempt,
  readPages,
  sendAttempts,
  sendNoCors,
  setHeaderRule,
  setRedirectRule,
  talk,
  watchRequests,
} from "./attackers/extension-senders.ts";
import { FORGED_INSTALL, MARK, toForgedPost } from "./attackers/forged-post.ts";
import { createNaiveBridge } from "./attackers/naive-bridge.ts";
import { type Aim, navigatingSenders, pageSenders, silentSenders } from "./attackers/page-senders.ts";

const BRIDGE = `http://127.0.0.1:${BRIDGE_PORT}`;
const REBOUND = `http://evil.test:${BRIDGE_PORT}`;
/** The one body of every refusal; a sender may read it, and learns nothing from it. */
const REFUSAL = '{"error":"refused"}';

/** As Prometheus says it. */
const GUESSED_TOKEN = `Bearer ${"0".repeat(64)}`;

type Sender = { from: string; name: string; run: () => Promise<string[]> };

/**
 * Per sender, over all pages it was run from. naive: forged snapshots that a bridge without a guard took. accepted: by
 * ours. read: bytes of ours that the sender could read, less refusals.
 */
type Count = { sent: number; arrived: number; naive: number; accepted: number; refusals: number; read: number };

const printed = new Map<string, Record<string, string | number>>();

afterAll(() => {
  printTable("senders, with Local Network Access on and off", [...printed.values()]);
});

describe.each(["on", "off"] as const)("with Local Network Access %s", (access) => {
  const counts = new Map<string, Count>();
  const own = { sent: 0, accepted: 0 };
  let arena: Arena;
  let aim: Aim;
  let senders: Sender[];

  beforeAll(async () => {
    arena = await createArena(access);
    await refreshOwn();
    aim = {
      bridge: BRIDGE,
      forged: toForgedPost(Date.now()),
      madeUp: `CM1 kid=${FORGED_INSTALL},ts=${Date.now()},nonce=${"0".repeat(32)},mac=${"0".repeat(64)}`,
      recorded: readRecorded(),
      popupUrl: `${OUR_ORIGIN}/extension/popup/popup.html`,
    };
  });

  afterAll(async () => {
    const all = new Map<string, Record<string, number>>([...counts, ["our own extension", own]]);
    for (const [sender, { sent = 0, ...rest }] of all) {
      const columns = Object.entries(rest).map(([column, value]) => [`${access}: ${column}`, value] as const);
      printed.set(sender, { ...printed.get(sender), sender, sent, ...Object.fromEntries(columns) });
    }
    await arena.close();
  });

  async function refreshOwn(): Promise<void> {
    own.sent += 1;
    if (await arena.refreshOwn()) own.accepted += 1;
  }

  /** The newest post of our extension, as it left the browser. */
  function readRecorded(): Aim["recorded"] {
    const request = arena.ownRequests.findLast((each) => each.method() === "POST");
    return { authorization: request?.headers()["authorization"] ?? "", body: request?.postData() ?? "" };
  }

  function countOf({ name }: Sender): Count {
    const count = counts.get(name) ?? { sent: 0, arrived: 0, naive: 0, accepted: 0, refusals: 0, read: 0 };
    counts.set(name, count);
    return count;
  }

  async function createSenders(rebound: Page): Promise<Sender[]> {
    const { site, browser, allHosts, noPermissions } = arena;
    const urls = {
      http: `http://evil.test:${site.httpPort}/`,
      https: `https://evil.test:${site.httpsPort}/`,
      local: `http://localhost:${site.localPort}/`,
    };
    const inPages: Sender[] = [];
    for (const [from, url] of Object.entries(urls)) {
      const page = await browser.context.newPage();
      await page.goto(url);
      inPages.push(...toStayingSenders(from, page, aim), ...toLeavingSenders(from, url));
    }
    const forged = { origin: OUR_ORIGIN, "sec-fetch-site": "none" };
    const inAllHosts = (attempts: Attempt[]) => arena.settle(() => allHosts.evaluate(sendAttempts, attempts));
    const inNoPermissions = (send: typeof sendAttempts) =>
      arena.settle(() => noPermissions.evaluate(send, toAttempts({})));
    const from = "extension";
    return [
      ...inPages,
      ...toStayingSenders("rebound", rebound, { ...aim, bridge: REBOUND }),
      { from, name: "all hosts, own Origin", run: () => inAllHosts(toAttempts({})) },
      { from, name: "all hosts, Origin forged by header", run: () => inAllHosts(toAttempts(forged)) },
      {
        from,
        name: "all hosts, Origin forged by rule",
        run: async () => {
          const changes = Object.entries(forged).map(([header, value]) => ({ header, value }));
          await allHosts.evaluate(setHeaderRule, { host: "127.0.0.1", changes });
          const read = await inAllHosts(toAttempts({}));
          await allHosts.evaluate(setHeaderRule, { host: "127.0.0.1", changes: [] });
          return read;
        },
      },
      { from, name: "no permissions, cors", run: () => inNoPermissions(sendAttempts) },
      { from, name: "no permissions, no-cors", run: () => inNoPermissions(sendNoCors) },
    ];
  }

  function toStayingSenders(from: string, page: Page, at: Aim): Sender[] {
    return Object.entries(pageSenders).map(([name, send]) => ({
      from,
      name,
      run: async () => [await arena.settle(() => page.evaluate(send, at), { hasRequest: !silentSenders.has(name) })],
    }));
  }

  function toLeavingSenders(from: string, url: string): Sender[] {
    return Object.entries(navigatingSenders).map(([name, send]) => ({
      from,
      name,
      run: async () => {
        const known = new Set(arena.browser.context.pages());
        const page = await arena.browser.context.newPage();
        await page.goto(url);
        const read = await arena.settle(() => page.evaluate(send, aim));
        for (const opened of arena.browser.context.pages()) if (!known.has(opened)) await opened.close();
        return [read];
      },
    }));
  }

  /** Every route: unsigned, with a made-up signature, and with the recorded one; the metrics with a guessed token, too. */
  function toAttempts(headers: Record<string, string>): Attempt[] {
    const pair = { install: FORGED_INSTALL, nonce: "0".repeat(32) };
    const confirm = { install: FORGED_INSTALL, browser: "Chromium", mac: "0".repeat(64) };
    const routes = [
      ["POST", "/snapshots", aim.forged],
      ["POST", "/pair/start", JSON.stringify(pair)],
      ["POST", "/pair/confirm", JSON.stringify(confirm)],
      ["GET", "/hello", undefined],
      ["GET", "/rows", undefined],
      ["GET", "/metrics", undefined],
    ] as const;
    return routes.flatMap(([method, path, body]) =>
      [undefined, aim.madeUp, aim.recorded.authorization, ...(path === "/metrics" ? [GUESSED_TOKEN] : [])].map(
        (authorization) => ({
          url: `${BRIDGE}${path}`,
          method,
          headers: {
            ...headers,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...(authorization === undefined ? {} : { authorization }),
          },
          body: authorization === aim.recorded.authorization && path === "/snapshots" ? aim.recorded.body : body,
        }),
      ),
    );
  }

  test("a bridge without a guard is reached by pages, by a rebound name and by extensions", async () => {
    await arena.world.bridge.stop();
    const naive = await createNaiveBridge(BRIDGE_PORT, EMPTY_PAGE);
    // A page that came from another server; its name leads to our bridge afterwards, as it does after a rebinding.
    const rebound = await arena.browser.context.newPage();
    await rebound.goto(`${REBOUND}/page`);
    senders = await createSenders(rebound);
    const taken = new Map<string, number>();
    for (const sender of senders) {
      const first = naive.arrivals.length;
      await sender.run();
      const arrivals = naive.arrivals.slice(first);
      const count = countOf(sender);
      taken.set(`${sender.from}: ${sender.name}`, arrivals.filter((arrival) => arrival.isTaken).length);
      count.arrived += arrivals.length;
      count.naive += arrivals.filter((arrival) => arrival.isTaken).length;
    }
    await naive.close();
    await arena.world.bridge.start();

    // These arrive whatever Chrome checks, as a body that a bridge could take.
    expect(taken.get("http: form POST text, top level")).toBe(1);
    expect(taken.get("https: form POST text, popup")).toBe(1);
    expect(taken.get("local: fetch POST no-cors text")).toBe(1);
    expect(taken.get("rebound: fetch POST json")).toBe(1);
    expect(taken.get("extension: all hosts, Origin forged by header")).toBe(3);
    expect(taken.get("extension: all hosts, Origin forged by rule")).toBe(3);
    expect(taken.get("extension: no permissions, no-cors")).toBe(3);
    // And this is what the checks are for.
    expect(taken.get("http: fetch POST no-cors text")).toBe(access === "on" ? 0 : 1);
    // Both forgeries arrive as our own extension, a rebound name as itself.
    const forged = naive.arrivals.filter((arrival) => arrival.origin === OUR_ORIGIN && arrival.isTaken);
    expect(forged).toHaveLength(6);
    const rebounds = naive.arrivals.filter((arrival) => arrival.origin === REBOUND);
    expect(new Set(rebounds.map((arrival) => arrival.host))).toEqual(new Set([`evil.test:${BRIDGE_PORT}`]));
  });

  test("our bridge takes nothing from them, tells them nothing, and takes every post of our own in between", async () => {
    await refreshOwn();
    Object.assign(aim, { recorded: readRecorded() });
    let from = "";
    for (const sender of senders) {
      if (sender.from !== from) await refreshOwn();
      from = sender.from;
      const before = await arena.readStatusText();
      const read = (await sender.run()).filter((text) => text !== "");
      const count = countOf(sender);
      count.sent += sender.from === "extension" ? toAttempts({}).length : 1;
      count.accepted += (await arena.readStatusText()) === before ? 0 : 1;
      count.refusals += read.filter((text) => text === REFUSAL).length;
      count.read += read.filter((text) => text !== REFUSAL).join("").length;
    }
    await refreshOwn();
    const totals = [...counts].map(([name, { accepted, read }]) => ({ name, accepted, read }));
    expect(totals).toEqual(totals.map(({ name }) => ({ name, accepted: 0, read: 0 })));
    expect(await arena.readStatusText()).not.toContain(MARK);
    expect(await arena.world.bridge.readRows()).toHaveLength(1);
    expect(own.accepted).toBe(own.sent);
  });

  test("a recorded request is refused again, also by a bridge that has forgotten it", async () => {
    await refreshOwn();
    const recorded = readRecorded();
    const headers = { origin: OUR_ORIGIN, "content-type": "application/json", authorization: recorded.authorization };
    const replay = { url: `${BRIDGE}/snapshots`, method: "POST", headers, body: recorded.body };
    expect(await arena.allHosts.evaluate(sendAttempts, [replay, replay])).toEqual([REFUSAL, REFUSAL]);
    await arena.world.bridge.kill("SIGKILL");
    await arena.world.bridge.start();
    const before = await arena.readStatusText();
    expect(await arena.allHosts.evaluate(sendAttempts, [replay])).toEqual([REFUSAL]);
    expect(await arena.readStatusText()).toBe(before);
  });

  test("another extension neither talks to ours, nor sees its requests, nor bends them", async () => {
    const { allHosts, noPermissions, site } = arena;
    const whom = { id: EXTENSION_ID, nativeHost: NATIVE_HOST_NAME };
    const heard = [await allHosts.evaluate(talk, whom), await noPermissions.evaluate(talk, whom)].flat();
    expect(heard.filter((words) => words !== "")).toEqual([]);
    expect(await allHosts.evaluate(readPages, OUR_ORIGIN)).toEqual([""]);

    const seen = await allHosts.evaluateHandle(watchRequests);
    const changes = [{ header: "authorization" }, { header: "origin", value: "http://evil.test" }];
    await allHosts.evaluate(setHeaderRule, { host: "127.0.0.1", changes });
    const to = `http://evil.test:${site.httpPort}/bent`;
    await allHosts.evaluate(setRedirectRule, { host: "claude.ai/api", to });
    // Eyes and rules are alive: what a page asks for is seen, and goes elsewhere.
    const page = await arena.browser.context.newPage();
    await page.goto(`http://localhost:${site.localPort}/`);
    await page.evaluate(() => fetch("https://claude.ai/api/account", { mode: "no-cors" }));
    await page.close();
    expect(site.asked).toEqual(["/bent"]);
    const seenOfPage = await waitFor(
      () => seen.jsonValue(),
      (urls) => urls.includes(to),
    );

    await refreshOwn();
    expect(own.accepted).toBe(own.sent);
    expect(site.asked).toEqual(["/bent"]);
    expect(await seen.jsonValue()).toEqual(seenOfPage);
    await allHosts.evaluate(setHeaderRule, { host: "127.0.0.1", changes: [] });
    await allHosts.evaluate(setRedirectRule, { host: "claude.ai/api", to: undefined });
  });

  test("another extension can spoil an open pairing and not win it", async () => {
    const { home } = arena.world.bridge;
    const keys = await readFile(join(home, "keys.json"), "utf8");
    const pairing = startCli(home, ["pair"]);
    await waitFor(pairing.stdout, (text) => /^\S{4}-\S{4}\n/.test(text));
    const headers = { origin: OUR_ORIGIN, "content-type": "application/json" };
    const toStart = (body: unknown) => ({
      url: `${BRIDGE}/pair/start`,
      method: "POST",
      headers,
      body: JSON.stringify(body),
    });
    const guesses = Array.from({ length: 6 }, (_each, index) => {
      const install = `f0f0f0f0-0000-4000-8000-00000000001${index}`;
      const start = toStart({ install, nonce: "0".repeat(32) });
      const confirm = { install, browser: "Chromium", mac: String(index).repeat(64) };
      return [start, { ...start, url: `${BRIDGE}/pair/confirm`, body: JSON.stringify(confirm) }];
    });
    const read = await arena.allHosts.evaluate(sendAttempts, guesses.flat());
    const confirmed = read.filter((_text, index) => index % 2 === 1);
    expect(new Set(confirmed)).toEqual(new Set([REFUSAL]));
    const ended = await pairing.ended;
    expect([ended.code, ended.stderr]).toEqual([75, expect.stringContaining("five wrong codes were entered")]);
    expect(await readFile(join(home, "keys.json"), "utf8")).toBe(keys);
  });
});
