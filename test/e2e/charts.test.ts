// A day of polls through the real worker and the real bridge, played in seconds: what the charts page then shows and saves.
import { readFile } from "node:fs/promises";
import type { Page } from "playwright";
import { afterEach, beforeEach, expect, test } from "vitest";
import { formatHistoryCsv } from "../../shared/history-csv.ts";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { createWorld, type World } from "../harness/world.ts";
import { createAccounts } from "../stand-in/accounts.ts";
import type { StandInOrganisation } from "../stand-in/stand-in-account.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let world: World;
let browser: Browser;
/** The moment that claude.ai is at: its Date header is what dates a reading. */
let claudeMs: number;
let organisation: StandInOrganisation;

beforeEach(async () => {
  // Whole seconds, as in the header.
  claudeMs = Math.floor(Date.now() / 1000) * 1000 - 24 * HOUR_MS;
  const { alice } = createAccounts(claudeMs);
  const [own] = alice.organisations.filter(({ kind }) => kind === "max-20x");
  if (!own) throw new Error("alice has no Max plan");
  organisation = own;
  organisation.usage = {
    ...organisation.usage,
    five_hour: { utilization: 0, resets_at: null },
    seven_day: null,
    scoped: [],
    pools: [],
    money: null,
  };
  world = await createWorld({ now: () => claudeMs, accounts: [{ ...alice, organisations: [organisation] }] });
  browser = await world.openBrowser();
  await browser.login("alice");
});

afterEach(async () => {
  await world.close();
});

async function openCharts(): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/extension/charts/charts.html`);
  await page.locator('#accounts[aria-busy="false"]').waitFor();
  return page;
}

/** One poll and its way to the bridge. */
async function poll(): Promise<void> {
  await browser.popup.evaluate(() => chrome.runtime.sendMessage({ ask: "refresh" }));
}

type Sent = { at: number; percent: number; resetMs: number | null };

/** Five hours from the first use, then empty until the next one. Each hour another part of it, and a rest at its end. */
function work(atMs: number, step: number): Sent {
  const { five_hour } = organisation.usage;
  if (!five_hour) throw new Error("the session window is gone");
  if (five_hour.resets_at !== null && Date.parse(five_hour.resets_at) <= atMs) {
    five_hour.utilization = 0;
    five_hour.resets_at = null;
  }
  if (step % 6 < 4) {
    five_hour.utilization += 2 + (step % 3);
    five_hour.resets_at ??= new Date(atMs + 5 * HOUR_MS).toISOString();
  }
  const { utilization, resets_at } = five_hour;
  return { at: atMs, percent: utilization, resetMs: resets_at === null ? null : Date.parse(resets_at) };
}

/** Each change, and without one each quarter of an hour. */
function toKept(all: readonly Sent[]): Sent[] {
  const kept: Sent[] = [];
  for (const sent of all) {
    const before = kept.at(-1);
    const isSame = before?.percent === sent.percent && before.resetMs === sent.resetMs;
    if (!before || !isSame || sent.at - before.at >= 15 * MINUTE_MS) kept.push(sent);
  }
  return kept;
}

test("a day of polls is shown with its resets and gaps, and saved point for point", async () => {
  const all: Sent[] = [];
  for (let step = 0; step < 24 * 6; step += 1) {
    claudeMs += 10 * MINUTE_MS;
    // The lid is closed for two hours.
    if (step >= 75 && step < 87) continue;
    // The newest answer is dated by our own clock, which the test does not hold.
    if (Math.abs(Date.now() - claudeMs) < 10_000) break;
    all.push(work(claudeMs, step));
    await poll();
  }
  const page = await openCharts();

  const count = new Set(all.flatMap(({ resetMs }) => resetMs ?? []).filter((ms) => ms <= claudeMs)).size;
  expect(count).toBeGreaterThanOrEqual(4);
  await expect.poll(() => page.locator('button[data-window="five_hour"]').innerText()).toContain(`${count} resets`);

  const downloading = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save CSV" }).click();
  const csv = await readFile(await (await downloading).path(), "utf8");
  const points = toKept(all).map(({ at, percent, resetMs }): [number, number, number | null] => [at, percent, resetMs]);
  const account_uuid = world.standIn.accounts[0]?.uuid ?? null;
  expect(toSeconds(csv)).toBe(
    toSeconds(formatHistoryCsv([{ org_uuid: organisation.uuid, account_uuid, window: "five_hour", points }])),
  );
});

/** The stand-in's reset times differ in their last digits from answer to answer, as claude.ai's do. */
function toSeconds(csv: string): string {
  return csv.replaceAll(/\.\d{3}Z/g, "Z");
}

test("without its bridge the page says so, and draws nothing", async () => {
  await poll();
  const page = await openCharts();
  await expect.poll(() => page.locator(".card").count()).toBe(1);
  await world.bridge.stop();
  await page.getByRole("button", { name: "Week", exact: true }).click();
  await expect.poll(() => page.locator("#notice").innerText()).toContain("bridge start");
  expect(await page.locator(".card").count()).toBe(0);
});

test("arrow keys go through the time, a name in the key hides its line", async () => {
  await poll();
  const page = await openCharts();
  const readRange = () => page.locator("#range").innerText();
  const now = await readRange();
  await page.keyboard.press("ArrowLeft");
  await expect.poll(readRange).not.toBe(now);
  expect(await page.getByRole("button", { name: "Later" }).isEnabled()).toBe(true);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => page.getByRole("button", { name: "Later" }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Week", exact: true }).click();
  const key = page.locator('button[data-window="five_hour"]');
  await key.press("Enter");
  expect(await key.getAttribute("aria-pressed")).toBe("false");
});
