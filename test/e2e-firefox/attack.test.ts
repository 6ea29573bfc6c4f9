// Everything else in Firefox that can reach our port: web pages, a rebound name, other extensions. None of it may move the
// number or read a byte of it. Firefox gives our extension a random origin, and the attackers here are told it.
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { jsonObjectSchema } from "../../shared/json.ts";
import { LINE_PATH } from "../../shared/line.ts";
import { NATIVE_HOST_NAME } from "../../shared/native-message.ts";
import { BRIDGE_PORT, FIREFOX_EXTENSION_ID } from "../../shared/protocol.ts";
import { statusSchema } from "../../shared/row.ts";
import { type AttackSite, createAttackSite, EMPTY_PAGE } from "../e2e/attackers/attack-site.ts";
import { type Attempt, sendAttempts, sendNoCors, talk } from "../e2e/attackers/extension-senders.ts";
import { FORGED_INSTALL, MARK, toForgedPost } from "../e2e/attackers/forged-post.ts";
import { createNaiveBridge } from "../e2e/attackers/naive-bridge.ts";
import { type Aim, navigatingSenders, pageSenders } from "../e2e/attackers/page-senders.ts";
import type { Firefox, Page } from "../harness/firefox.ts";
import { createFirefoxWorld, type FirefoxWorld } from "../harness/firefox-world.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { requireTool } from "../harness/require-tool.ts";
import { waitFor } from "../harness/wait-for.ts";

const BRIDGE = `http://127.0.0.1:${BRIDGE_PORT}`;
const REBOUND = `http://evil.test:${BRIDGE_PORT}`;
const BEGIN_MS = 500;
const REFUSAL = '{"error":"refused"}';

type Sender = { name: string; run: () => Promise<string[]> };

const textsSchema = z.array(z.string());
const MINUTE_AND_MORE_MS = 80_000;

const requestSchema = z.looseObject({
  request: z.looseObject({
    request: z.string(),
    url: z.string(),
    method: z.string(),
    headers: z.array(z.looseObject({ name: z.string(), value: z.looseObject({ value: z.optional(z.string()) }) })),
  }),
});

describe.runIf(requireTool("firefox-esr"))("in Firefox", () => {
  let world: FirefoxWorld;
  let site: AttackSite;
  let firefox: Firefox;
  let hostile: Page;
  let powerless: Page;
  let aim: Aim;
  let folder: string;
  const traffic = { begun: 0, pending: new Set<string>() };
  const authorizations: string[] = [];

  beforeAll(async () => {
    world = await createFirefoxWorld();
    site = await createAttackSite();
    folder = await createFolder();
    const others = [await copyHostile("all-hosts"), await copyHostile("no-permissions")];
    firefox = await world.openFirefox({
      others,
      preferences: { "network.dns.localDomains": "evil.test", "network.proxy.no_proxies_on": "evil.test" },
    });
    await waitFor(
      () => firefox.popup.readText("footer"),
      (text) => text.includes("Connected"),
    );
    await firefox.login("alice");
    // From here on ours posts only when it is told to, so that whatever else moves the file is foreign.
    await firefox.popup.evaluate("browser.alarms.clearAll()");
    await firefox.popup.evaluate('navigator.locks.request("meter", () => null)');
    const events = ["network.beforeRequestSent", "network.responseCompleted", "network.fetchError"];
    await firefox.bidi.subscribe(events, (event, params) => {
      const { request } = requestSchema.parse(params);
      const { port, protocol, pathname } = new URL(request.url);
      // Our own line to the bridge stays open for as long as both live.
      const isLine = /^wss?:$/.test(protocol) || pathname === LINE_PATH;
      // A favicon that its page no longer waits for ends without an event.
      if (port !== String(BRIDGE_PORT) || isLine || pathname === "/favicon.ico") return;
      if (event !== "network.beforeRequestSent") return void traffic.pending.delete(request.request);
      traffic.begun += 1;
      traffic.pending.add(request.request);
      const signature = request.headers.find(({ name }) => name.toLowerCase() === "authorization")?.value.value;
      if (request.method === "POST" && signature !== undefined) authorizations.push(signature);
    });
    hostile = await firefox.openPage(`${await firefox.readOrigin("all-hosts@example")}/page.html`);
    powerless = await firefox.openPage(`${await firefox.readOrigin("no-permissions@example")}/page.html`);
    aim = {
      bridge: BRIDGE,
      forged: toForgedPost(Date.now()),
      madeUp: `CM1 kid=${FORGED_INSTALL},ts=${Date.now()},nonce=${"0".repeat(32)},mac=${"0".repeat(64)}`,
      recorded: { authorization: "", body: toForgedPost(Date.now()) },
      popupUrl: `${firefox.origin}/extension/popup/popup.html`,
    };
  });

  afterAll(async () => {
    await world.close();
    await site.close();
    await removeFolder(folder);
  });

  /** The same extension as in Chromium, with what Firefox wants of a manifest and a page to act from. */
  async function copyHostile(name: string): Promise<string> {
    const source = fileURLToPath(new URL(`../e2e/hostile-extension/${name}`, import.meta.url));
    const target = join(folder, name);
    await cp(source, target, { recursive: true });
    const manifest = jsonObjectSchema.parse(JSON.parse(await readFile(join(target, "manifest.json"), "utf8")));
    const own = {
      background: { scripts: ["worker.js"] },
      browser_specific_settings: { gecko: { id: `${name}@example` } },
    };
    await writeFile(join(target, "manifest.json"), JSON.stringify({ ...manifest, ...own }));
    await writeFile(join(target, "page.html"), "<!doctype html><meta charset=utf-8><title>hostile</title>");
    return target;
  }

  const readStatusText = () => readFile(join(world.bridge.home, "status.json"), "utf8").catch(() => "");

  async function readSequence(): Promise<number> {
    const { installs } = statusSchema.parse(JSON.parse(await readStatusText()));
    return Math.max(0, ...installs.flatMap((install) => install.sequences.map(([, last]) => last)));
  }

  /** True when the bridge acknowledged a look of our own. */
  /** After another program had the port, the bridge is asked again with the minute: what was read meanwhile comes then. */
  async function refreshOwn(): Promise<boolean> {
    const before = await readSequence();
    await firefox.refresh();
    return await waitFor(readSequence, (sequence) => sequence > before, MINUTE_AND_MORE_MS).then(
      () => true,
      () => false,
    );
  }

  /**
   * Runs it, and resolves when every request to the port that began with it has ended. Some begin after the sender has had its
   * answer, and what Firefox refuses to send never begins, of which no event tells: that is waited for in vain, shortly.
   */
  async function settle<T>(run: () => Promise<T>): Promise<T> {
    const { begun } = traffic;
    const result = await run();
    const hasBegun = () => traffic.begun > begun;
    await waitFor(hasBegun, (has) => has, BEGIN_MS).catch(() => undefined);
    await waitFor(
      () => traffic.pending.size,
      (pending) => pending === 0,
    );
    return result;
  }

  function toCall(send: (argument: never) => unknown, argument: unknown): string {
    return `(${send.toString()})(${JSON.stringify(argument)})`;
  }

  function toStayingSenders(from: string, page: Page, at: Aim): Sender[] {
    return Object.entries(pageSenders).map(([name, send]) => ({
      name: `${from}: ${name}`,
      run: async () => {
        const read = await settle(() => page.evaluate(toCall(send, at)));
        return [z.string().parse(read)];
      },
    }));
  }

  function toLeavingSenders(from: string, url: string): Sender[] {
    return Object.entries(navigatingSenders).map(([name, send]) => ({
      name: `${from}: ${name}`,
      run: async () => {
        const known = new Set((await firefox.bidi.listContexts("content")).map(({ context }) => context));
        const page = await firefox.openPage(url);
        // A page that leaves takes its answer with it.
        const read = await settle(() => page.evaluate(toCall(send, aim)).catch(() => ""));
        for (const { context } of await firefox.bidi.listContexts("content"))
          if (!known.has(context)) await firefox.bidi.send("browsingContext.close", { context });
        return [z.string().parse(read)];
      },
    }));
  }

  /** Every route: unsigned, with a made-up signature, and with one that our extension has used. */
  function toAttempts(): Attempt[] {
    const pair = { install: FORGED_INSTALL, nonce: "0".repeat(32) };
    const routes = [
      ["POST", "/snapshots", aim.forged],
      ["POST", "/pair/start", JSON.stringify(pair)],
      ["GET", "/hello", undefined],
      ["GET", "/rows", undefined],
      ["GET", "/metrics", undefined],
    ] as const;
    return routes.flatMap(([method, path, body]) =>
      [undefined, aim.madeUp, authorizations.at(-1)].map((authorization) => ({
        url: `${BRIDGE}${path}`,
        method,
        headers: {
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...(authorization === undefined ? {} : { authorization }),
        },
        body,
      })),
    );
  }

  async function createSenders(rebound: Page): Promise<Sender[]> {
    const urls = {
      http: `http://evil.test:${site.httpPort}/`,
      https: `https://evil.test:${site.httpsPort}/`,
      local: `http://localhost:${site.localPort}/`,
    };
    const inPages: Sender[] = [];
    for (const [from, url] of Object.entries(urls)) {
      inPages.push(...toStayingSenders(from, await firefox.openPage(url), aim), ...toLeavingSenders(from, url));
    }
    const inExtension = (page: Page, send: typeof sendAttempts) => async () =>
      textsSchema.parse(await settle(() => page.evaluate(toCall(send, toAttempts()))));
    return [
      ...inPages,
      ...toStayingSenders("rebound", rebound, { ...aim, bridge: REBOUND }),
      { name: "extension: all hosts", run: inExtension(hostile, sendAttempts) },
      { name: "extension: no permissions, cors", run: inExtension(powerless, sendAttempts) },
      { name: "extension: no permissions, no-cors", run: inExtension(powerless, sendNoCors) },
    ];
  }

  let senders: Sender[];

  test("a bridge without a guard is reached by pages, by a rebound name and by extensions", async () => {
    await world.bridge.stop();
    const naive = await createNaiveBridge(BRIDGE_PORT, EMPTY_PAGE);
    // Of another server; its name leads to our bridge afterwards, as it does after a rebinding.
    const rebound = await firefox.openPage(`${REBOUND}/page`);
    senders = await createSenders(rebound);
    const taken = new Map<string, number>();
    for (const { name, run } of senders) {
      const first = naive.arrivals.length;
      await run();
      taken.set(name, naive.arrivals.slice(first).filter((arrival) => arrival.isTaken).length);
    }
    await naive.close();
    await world.bridge.start();
    expect(taken.get("http: form POST text, top level")).toBe(1);
    expect(taken.get("local: fetch POST no-cors text")).toBe(1);
    expect(taken.get("rebound: fetch POST json")).toBe(1);
    expect(taken.get("extension: all hosts")).toBe(3);
    expect(taken.get("extension: no permissions, no-cors")).toBe(3);
    // The form of its origin is what our bridge lets through; the signature is what it does not have.
    const origins = new Set(naive.arrivals.filter((each) => each.isTaken).map(({ origin }) => origin?.split(":")[0]));
    expect(origins).toContain("moz-extension");
  });

  test("our bridge takes nothing from them, tells them nothing, and takes every post of our own in between", async () => {
    expect(await refreshOwn()).toBe(true);
    const moved: string[] = [];
    const readable: string[] = [];
    for (const [index, { name, run }] of senders.entries()) {
      if (index % 20 === 0) expect(await refreshOwn()).toBe(true);
      const before = await readStatusText();
      const read = (await run()).filter((text) => text !== "" && text !== REFUSAL);
      if (read.length > 0) readable.push(`${name}: ${read.join()}`);
      if ((await readStatusText()) !== before) moved.push(name);
    }
    expect({ moved, readable }).toEqual({ moved: [], readable: [] });
    expect(await readStatusText()).not.toContain(MARK);
    expect(await world.bridge.readRows()).toHaveLength(1);
    expect(await refreshOwn()).toBe(true);
  });

  test("another extension gets no word from ours, nor from the native host", async () => {
    const whom = { id: FIREFOX_EXTENSION_ID, nativeHost: NATIVE_HOST_NAME };
    const heard = [await hostile.evaluate(toCall(talk, whom)), await powerless.evaluate(toCall(talk, whom))];
    expect(heard.flatMap((each) => textsSchema.parse(each)).filter((words) => words !== "")).toEqual([]);
  });

  test("another extension sees the requests of pages, and none of ours", async () => {
    await hostile.evaluate(
      "(() => { window.seen = []; browser.webRequest.onBeforeSendHeaders.addListener(({ url }) => { seen.push(url); }, " +
        '{ urls: ["<all_urls>"] }, ["requestHeaders"]); })()',
    );
    expect(await refreshOwn()).toBe(true);
    const url = `http://localhost:${site.localPort}/seen`;
    await firefox.openPage(url);
    const seen = await waitFor(
      async () => textsSchema.parse(await hostile.evaluate("window.seen")),
      (urls) => urls.includes(url),
    );
    expect(seen.filter((each) => each.startsWith(BRIDGE) || each.includes("claude.ai"))).toEqual([]);
  });
});
