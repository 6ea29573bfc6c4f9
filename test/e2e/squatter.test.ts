// Another program has our port, before the bridge starts or because it was quicker after a crash. It must get nothing,
// the user must be told, the terminal must go on reading, and afterwards nothing may be missing.
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { get, IncomingMessage } from "node:http";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { BRIDGE_PORT } from "../../shared/protocol.ts";
import { statusSchema } from "../../shared/row.ts";
import { PROOF_HEADER } from "../../shared/signing.ts";
import type { Browser } from "../harness/browser.ts";
import { printTable } from "../harness/print-table.ts";
import { runCli } from "../harness/program.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";
import { createSquatter, type Overheard, type Squatter, type SquatterKind } from "./attackers/squatter.ts";

const bridgeStatusSchema = z.nullable(z.looseObject({ ingest: z.string() }));
const linkSchema = z.looseObject({ link: z.looseObject({ state: z.string(), waiting: z.int() }) });

let world: World;
let squatter: Squatter | undefined;
const printed: Record<string, string | number>[] = [];

beforeEach(async () => {
  world = await createWorld();
});

afterEach(async () => {
  await squatter?.close();
  squatter = undefined;
  await world.close();
});

afterAll(() => {
  printTable("squatters on the port", printed);
});

async function readLink(browser: Browser): Promise<{ state: string; waiting: number }> {
  const stored = await browser.popup.evaluate(async () => (await chrome.storage.local.get("meter"))["meter"]);
  return linkSchema.parse(stored).link;
}

async function readIngest(): Promise<string> {
  const printedStatus = await runCli(world.bridge.home, ["bridge", "status", "--json"]);
  return bridgeStatusSchema.parse(JSON.parse(printedStatus.stdout))?.ingest ?? "not running";
}

/** The body of every hello: the socket answers with the same one. */
async function readHello(): Promise<string> {
  const options = { socketPath: join(world.bridge.home, "bridge.sock"), headers: { host: "claude-meter.sock" } };
  const [response] = z
    .tuple([z.instanceof(IncomingMessage)])
    .parse(await once(get({ ...options, path: "/hello" }), "response"));
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += String(chunk);
  return text;
}

/** What the bridge has acknowledged, as ascending ranges; there is one install. */
async function readSequences() {
  const text = await readFile(join(world.bridge.home, "status.json"), "utf8");
  return statusSchema.parse(JSON.parse(text)).installs.flatMap((install) => install.sequences);
}

/** Wakes the worker as its minute does; resolves when its round is done. */
async function wakeByAlarm(browser: Browser): Promise<void> {
  const before = await browser.popup.evaluate(async () => JSON.stringify(await chrome.storage.local.get("meter")));
  await browser.popup.evaluate(() => chrome.alarms.create("poll", { when: Date.now(), periodInMinutes: 60 }));
  await waitFor(
    () => browser.popup.evaluate(async () => JSON.stringify(await chrome.storage.local.get("meter"))),
    (after) => after !== before,
  );
  await browser.popup.evaluate(() => navigator.locks.request("meter", () => undefined));
}

test("a port taken by kill -9 in the middle of a run gives nothing away, and nothing is lost", async () => {
  const browser = await world.openBrowser();
  await browser.login("alice");
  await browser.refresh();
  const [response] = await Promise.all([
    browser.context.waitForEvent("response", (each) => each.url().endsWith("/hello")),
    wakeByAlarm(browser),
  ]);
  const proof = response.headers()[PROOF_HEADER] ?? "";
  expect(proof).toMatch(/^[0-9a-f]{64}$/);
  const hello: Overheard = { headers: { [PROOF_HEADER]: proof }, body: await readHello() };
  expect(response.headers()["content-length"]).toBe(String(hello.body.length));
  expect(await readLink(browser)).toMatchObject({ state: "connected", waiting: 0 });
  const [[first, last] = [0, 0], ...gaps] = await readSequences();
  expect([first, gaps]).toEqual([1, []]);

  await world.bridge.kill("SIGKILL");
  squatter = await createSquatter(BRIDGE_PORT);
  const kinds: SquatterKind[] = [
    // The first is met by an alarm, right after the bridge was there.
    { kind: "closes" },
    { kind: "silent" },
    { kind: "greets in another protocol" },
    { kind: "never ends" },
    { kind: "echoes" },
    { kind: "refuses" },
    { kind: "redirects" },
    { kind: "copies a hello", hello: hello.body },
    { kind: "replays an answer", overheard: hello },
  ];
  for (const [index, kind] of kinds.entries()) {
    squatter.play(kind);
    const startedMs = performance.now();
    await (index === 0 ? wakeByAlarm(browser) : browser.refresh());
    const toldMs = Math.round(performance.now() - startedMs);
    const link = await readLink(browser);
    const received = squatter.readReceived();
    printed.push({
      squatter: kind.kind,
      link: link.state,
      "told after ms": toldMs,
      connections: squatter.countConnections(),
      hellos: received.split("GET /hello").length - 1,
      posts: received.split("POST ").length - 1,
      "body bytes": received
        .split("\r\n\r\n")
        .filter((part) => part.startsWith("{"))
        .join("").length,
      "bytes taken": squatter.readSentBytes(),
      waiting: link.waiting,
    });
    expect([kind.kind, link]).toEqual([kind.kind, expect.objectContaining({ state: "foreign", waiting: index + 1 })]);
    expect(received).not.toMatch(/POST |snapshots|alice|@example/);
    expect(squatter.countConnections()).toBeGreaterThan(0);
    // What the system keeps between the two; a worker that goes on reading takes gigabytes.
    expect(squatter.readSentBytes()).toBeLessThan(32 * 1024 * 1024);
  }

  // The native host has started a bridge that can not have the port; whoever asks it or reads its file is served.
  await expect
    .poll(() => browser.popup.locator("#link").innerText())
    .toContain("could not prove that it is your bridge");
  expect(await readIngest()).toBe("blocked");
  const status = await runCli(world.bridge.home, ["bridge", "status"]);
  expect([status.code, status.stdout]).toEqual([
    0,
    expect.stringContaining("Another program is using 127.0.0.1:63762"),
  ]);
  const pair = await runCli(world.bridge.home, ["pair"]);
  expect([pair.code, pair.stdout, pair.stderr]).toEqual([69, "", expect.stringContaining("another program is using")]);
  const rows = await world.bridge.readRows();
  expect(rows.map((row) => [row.account_email, row.windows[0]?.utilization])).toEqual([["alice@example.com", 42]]);

  await squatter.close();
  squatter = undefined;
  await waitFor(readIngest, (ingest) => ingest === "listening");
  await browser.refresh();
  expect(await readLink(browser)).toMatchObject({ state: "connected", waiting: 0 });
  expect(await readSequences()).toEqual([[1, last + kinds.length + 1]]);
});

test("a port taken before the first start gives nothing away to anybody", async () => {
  await world.bridge.stop();
  squatter = await createSquatter(BRIDGE_PORT);
  squatter.play({ kind: "refuses" });
  await world.bridge.start();
  expect(await readIngest()).toBe("blocked");

  const browser = await world.openBrowser();
  await browser.login("alice");
  await browser.refresh();
  expect(await readLink(browser)).toMatchObject({ state: "foreign" });
  expect(squatter.readReceived()).not.toMatch(/POST |snapshots|alice|@example/);

  await squatter.close();
  squatter = undefined;
  await waitFor(readIngest, (ingest) => ingest === "listening");
  await browser.refresh();
  const rows = await world.bridge.readRows();
  expect(rows.map((row) => row.account_email)).toEqual(["alice@example.com"]);
  expect(await readLink(browser)).toMatchObject({ state: "connected", waiting: 0 });
});
