// Every page of the extension under axe-core: light and dark, with no account, with one, with three rows, and in trouble.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Page } from "playwright";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { BRIDGE_PORT, EXTENSION_ID } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { pairBrowser } from "../harness/paired-browser.ts";
import { playPast } from "../harness/play-past.ts";
import { createWorld, type World } from "../harness/world.ts";
import { createAccounts } from "../stand-in/accounts.ts";

const DAY_MS = 86_400_000;
const pages = ["popup", "charts", "options", "agents"] as const;
const resultSchema = z.object({
  violations: z.array(
    z.object({ id: z.string(), impact: z.nullable(z.string()), nodes: z.array(z.object({ html: z.string() })) }),
  ),
});

let world: World;
let browser: Browser;

beforeEach(async () => {
  world = await createWorld({ accounts: Object.values(createAccounts(Date.now() - DAY_MS)) });
  browser = await world.openBrowser();
});

afterEach(async () => {
  await world.close();
});

/** What is serious or critical, as "<page> <scheme>: <rule> <element>". */
async function findViolations(): Promise<string[]> {
  const found: string[] = [];
  for (const name of pages) {
    const page = await browser.context.newPage();
    await page.goto(`chrome-extension://${EXTENSION_ID}/extension/${name}/${name}.html`);
    await page
      .locator("#accounts[aria-busy=false], #agents[aria-busy=false], #link p, #install")
      .first()
      .waitFor({ state: "attached" });
    for (const toggle of await page.locator(".table-toggle").all()) await toggle.click();
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      found.push(...(await runAxe(page)).map((violation) => `${name} ${colorScheme}: ${violation}`));
    }
    await page.close();
  }
  return found;
}

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

async function runAxe(page: Page): Promise<string[]> {
  // Through the debugger: the page's own policy lets no script in.
  await page.evaluate(axe);
  const { violations } = resultSchema.parse(await page.evaluate("axe.run()"));
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id} ${html}`));
}

async function reportPast(names: readonly string[]): Promise<void> {
  const untilMs = Date.now();
  const accounts = world.standIn.accounts.filter(({ name }) => names.includes(name));
  const past = { sinceMs: untilMs - DAY_MS, untilMs, stepMs: 10 * 60_000, random: () => 0.5 };
  const reporter = await pairBrowser({ home: world.bridge.home, port: BRIDGE_PORT });
  await reporter.report(playPast(accounts, past));
}

test("nothing serious while there is no account", async () => {
  expect(await findViolations()).toEqual([]);
});

test("nothing serious with one account, and while claude.ai refuses it", async () => {
  await reportPast(["alice"]);
  await browser.login("alice");
  await browser.refresh();
  expect(await findViolations()).toEqual([]);
  world.standIn.fail({ kind: "challenge" });
  await browser.refresh();
  expect(await findViolations()).toEqual([]);
});

test("nothing serious with three rows, and while the bridge is down", async () => {
  await reportPast(["alice", "bob"]);
  for (const name of ["alice", "bob"]) {
    await browser.login(name);
    await browser.refresh();
  }
  expect(await findViolations()).toEqual([]);
  await world.bridge.stop();
  await browser.refresh();
  expect(await findViolations()).toEqual([]);
});
