// How a browser gets its key: from the native host without anybody noticing, or by a code that a person carries over.
// That a code ends after two minutes is shown with a clock in test/bridge/daemon/pairing.test.ts.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { CODE_ALPHABET } from "../../shared/pairing.ts";
import { type Browser, launchBrowser, launchContext } from "../harness/browser.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { printTable } from "../harness/print-table.ts";
import type { Program } from "../harness/program.ts";
import { runCli, startCli } from "../harness/program.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

const keysSchema = z.looseObject({
  paired: z.array(z.looseObject({ install: z.string(), key: z.string(), how: z.string() })),
  revoked: z.array(z.string()),
});

let world: World;
let profile: string;
const opened: Browser[] = [];
const printed: Record<string, string | number>[] = [];

beforeEach(async () => {
  world = await createWorld();
  profile = await createFolder();
});

afterEach(async () => {
  for (const browser of opened.splice(0)) await browser.close();
  await world.close();
  await removeFolder(profile);
});

afterAll(() => {
  printTable("pairing", printed);
});

/** A browser whose profile knows no native host, as in a snap or flatpak. */
async function openBrowserWithoutHost(): Promise<Browser> {
  const browser = await launchBrowser(world.standIn, { profile });
  opened.push(browser);
  return browser;
}

async function readKeys() {
  return keysSchema.parse(JSON.parse(await readFile(join(world.bridge.home, "keys.json"), "utf8")));
}

async function readFooter(browser: Browser): Promise<string> {
  return await browser.popup.locator("#link").innerText();
}

async function showCode(): Promise<{ code: string; pairing: Program }> {
  const pairing = startCli(world.bridge.home, ["pair"]);
  const text = await waitFor(pairing.stdout, (each) => each.endsWith("\n"));
  expect(text).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}\n$/);
  return { code: text.trim(), pairing };
}

/** Types it into the popup's form; resolves to what the popup says then. */
async function typeCode(browser: Browser, code: string): Promise<string> {
  const { popup } = browser;
  await popup.locator("#code").fill(code);
  await popup.getByRole("button", { name: "Pair", exact: true }).click();
  return await waitFor(
    () => popup.locator("#pair-answer").innerText(),
    (text) => text !== "Pairing…",
  );
}

function toWrong(code: string): string {
  const last = code.at(-1) ?? "";
  return `${code.slice(0, -1)}${[...CODE_ALPHABET].find((letter) => letter !== last)}`;
}

test("a browser that is signed in pairs, starts the bridge and brings its first row without a click", async () => {
  await world.bridge.stop();
  await rm(join(world.bridge.home, "stopped"));
  const withoutExtension = ["--disable-extensions-except=", "--load-extension="];
  const before = await launchContext(world.standIn, { profile, extraArguments: withoutExtension });
  const page = await before.newPage();
  await page.goto("https://claude.ai/login?as=alice");
  await before.close();
  await world.bridge.setUp(profile);
  expect((await runCli(world.bridge.home, ["bridge", "status"])).code).toBe(69);

  const startedMs = performance.now();
  const context = await launchContext(world.standIn, { profile });
  const [row] = await waitFor(world.bridge.readRows, (rows) => rows.length > 0);
  const tookMs = Math.round(performance.now() - startedMs);
  const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
  const badge = await waitFor(
    () => worker.evaluate(() => chrome.action.getBadgeText({})),
    (text) => text !== "",
  );
  await context.close();
  printed.push({ story: "browser started to first row in the terminal, bridge not running", ms: tookMs });
  expect(row).toMatchObject({ account_email: "alice@example.com", plan: "Max 20x", stale: false });
  expect(badge).toBe("63%");
  expect((await runCli(world.bridge.home, ["bridge", "status"])).code).toBe(0);
  expect((await readKeys()).paired.map(({ how }) => how)).toEqual(["native"]);
});

test("a bridge that the user stopped stays stopped, whatever the browser would like", async () => {
  const browser = await world.openBrowser();
  await browser.login("alice");
  await browser.refresh();
  await world.bridge.stop();
  await browser.refresh();
  await browser.refresh();
  expect(await readFooter(browser)).toContain("The bridge is not running");
  expect((await runCli(world.bridge.home, ["bridge", "status"])).code).toBe(69);
  await world.bridge.start();
  await browser.refresh();
  expect(await readFooter(browser)).toContain("Connected");
});

test("a revoked browser is refused, its native host does not bring it back, and a code does", async () => {
  const browser = await world.openBrowser();
  await browser.login("alice");
  await browser.refresh();
  const { paired } = await readKeys();
  const install = paired[0]?.install ?? "";
  const revoked = await runCli(world.bridge.home, ["pair", "--revoke", install]);
  expect([revoked.code, revoked.stdout]).toEqual([0, expect.stringContaining("Revoked.")]);

  const before = await readFile(join(world.bridge.home, "status.json"), "utf8");
  for (let poll = 1; poll <= 3; poll += 1) await browser.refresh();
  expect(await readFooter(browser)).toMatch(/Not paired.*3 readings waiting to be sent\./s);
  expect(await readFile(join(world.bridge.home, "status.json"), "utf8")).toBe(before);
  expect(await readKeys()).toEqual({ schema: 1, paired: [], revoked: [install] });

  const { code, pairing } = await showCode();
  expect(await typeCode(browser, code)).toBe("Paired.");
  expect((await pairing.ended).code).toBe(0);
  await expect.poll(() => readFooter(browser)).toContain("Connected");
  expect(await readFile(join(world.bridge.home, "status.json"), "utf8")).not.toBe(before);
  const [again] = (await readKeys()).paired;
  expect(again).toMatchObject({ install, how: "code" });
  expect(again?.key).not.toBe(paired[0]?.key);
});

test("without a native host a code pairs: not a wrong one, not after five, the right one however it is typed", async () => {
  const browser = await openBrowserWithoutHost();
  await browser.login("alice");
  await browser.refresh();
  expect(await readFooter(browser)).toContain("Not paired");
  expect(await world.bridge.readRows()).toEqual([]);

  const first = await showCode();
  const answers: string[] = [];
  for (const typed of ["2345678", "O0I1LLLL", "ÄÄÄÄ-ÄÄÄÄ"]) answers.push(await typeCode(browser, typed));
  expect(new Set(answers)).toEqual(new Set(["Codes have eight letters and digits, never 0, O, 1, I or L."]));
  const wrong: string[] = [];
  for (let tries = 1; tries <= 5; tries += 1) wrong.push(await typeCode(browser, toWrong(first.code)));
  const refused = "The code was rejected. Run claude-meter pair for a new one.";
  expect(wrong).toEqual([refused, refused, refused, refused, refused]);
  const ended = await first.pairing.ended;
  expect([ended.code, ended.stderr]).toEqual([75, expect.stringContaining("five wrong codes were entered")]);
  expect(await typeCode(browser, first.code)).toBe(refused);
  expect((await runCli(world.bridge.home, ["pair", "--list", "--json"])).stdout).toBe("[]\n");
  expect(await world.bridge.readRows()).toEqual([]);

  const second = await showCode();
  const startedMs = performance.now();
  expect(await typeCode(browser, ` ${second.code.toLowerCase()} `)).toBe("Paired.");
  printed.push({ story: "code typed to paired", ms: Math.round(performance.now() - startedMs) });
  const paired = await second.pairing.ended;
  expect([paired.code, paired.stderr]).toEqual([0, expect.stringContaining("Paired.")]);
  const rows = await waitFor(world.bridge.readRows, (each) => each.length === 1);
  expect(rows[0]).toMatchObject({ account_email: "alice@example.com", stale: false });
  await expect.poll(() => readFooter(browser)).toContain("Connected");
  // What waited while nobody was paired has arrived with it.
  await expect.poll(() => readFooter(browser)).not.toContain("wait");
  expect(await browser.popup.locator("#pair").isVisible()).toBe(false);
});

test("every profile has a key of its own, and no page of ours can read it out", async () => {
  const browser = await world.openBrowser();
  const other = await openBrowserWithoutHost();
  await browser.refresh();
  await other.refresh();
  const { code, pairing } = await showCode();
  expect(await typeCode(other, code)).toBe("Paired.");
  await pairing.ended;
  const { paired } = await readKeys();
  expect(paired.map(({ how }) => how).toSorted()).toEqual(["code", "native"]);
  expect(new Set(paired.map(({ key }) => key)).size).toBe(2);

  for (const each of [browser, other]) {
    const found = await each.popup.evaluate(async () => {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open("claude-meter");
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(new Error("no database"));
      });
      const key = await new Promise<unknown>((resolve) => {
        const request = database.transaction("pairing").objectStore("pairing").get("key");
        request.onsuccess = () => resolve(request.result);
      });
      database.close();
      if (!(key instanceof CryptoKey)) return { kind: typeof key };
      const tell = (error: unknown) => (error instanceof Error ? error.name : "no error");
      const exported = [];
      for (const format of ["raw", "jwk"] as const) {
        exported.push(await crypto.subtle.exportKey(format, key).then(() => "exported", tell));
      }
      const { extractable, usages } = key;
      const stored = JSON.stringify([await chrome.storage.local.get(), await chrome.storage.session.get()]);
      return { kind: "key", extractable, usages, exported, copied: JSON.stringify(key), stored };
    });
    expect(found).toMatchObject({
      kind: "key",
      extractable: false,
      exported: ["InvalidAccessError", "InvalidAccessError"],
      copied: "{}",
    });
    expect(found.usages?.toSorted()).toEqual(["sign", "verify"]);
    for (const { key } of paired) expect(found.stored).not.toContain(key);
  }
});
