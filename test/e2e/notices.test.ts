// Notifications by the real worker in a real Chromium: each crossing once, whatever jitters, dies or restarts. A thousand
// polls against a model stand in test/extension/notices/tell-notices.test.ts.
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";
import type { Browser } from "../harness/browser.ts";
import { createGrantedProfile } from "../harness/granted-profile.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

const HOUR = 3_600_000;

let world: World;
let profile: string;
let browser: Browser;
/** Every notification that was on the screen after a poll; none of them goes by itself. */
let shown: Set<string>;

beforeEach(async () => {
  world = await createWorld();
  profile = await createGrantedProfile();
  shown = new Set();
});

afterEach(async () => {
  await world.close();
});

async function openBrowser(): Promise<void> {
  browser = await world.openBrowser({ profile });
}

async function switchOn(): Promise<void> {
  const options = await browser.context.newPage();
  await options.goto(`chrome-extension://${EXTENSION_ID}/extension/options/options.html`);
  await options.locator("#install").filter({ hasText: /\w/ }).waitFor();
  await options.getByLabel("Notify me").click();
  await options.locator("#saved", { hasText: "Saved" }).waitFor();
  await options.close();
}

function setUsage(utilization: number, resetMs: number): void {
  const organisation = world.standIn.accounts.find(({ name }) => name === "alice")?.organisations.at(-1);
  if (!organisation) throw new Error("alice has an organisation");
  organisation.usageBody = { five_hour: { utilization, resets_at: toIso(resetMs) } };
}

/** Resolves to how many notifications there have been. */
async function poll(): Promise<number> {
  await browser.refresh();
  const present = await browser.popup.evaluate(() => chrome.notifications.getAll());
  for (const id of Object.keys(present)) shown.add(id);
  return shown.size;
}

async function stopWorker(): Promise<void> {
  const session = await browser.context.newCDPSession(browser.popup);
  await session.send("ServiceWorker.enable");
  await session.send("ServiceWorker.stopAllWorkers");
  await session.detach();
}

test("each crossing and each reset is shown once, over jitter, flicker, dead workers and a restart", async () => {
  await openBrowser();
  const far = Date.now() + 2 * HOUR;
  setUsage(70, far);
  await browser.login("alice");
  await switchOn();
  expect(await poll()).toBe(0);

  const counts: number[] = [];
  for (const [index, utilization] of [79, 80, 79, 81, 23, 80, 94, 95, 94, 96, 23, 95].entries()) {
    setUsage(utilization, far + (index % 3) * 1000 - 1000);
    counts.push(await poll());
    if (index % 4 === 3) await stopWorker();
  }
  expect(counts).toEqual([0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2]);

  await browser.close();
  await openBrowser();
  setUsage(97, far);
  expect(await poll()).toBe(2);

  const soon = Date.now() + 3_000;
  setUsage(98, soon);
  expect(await poll()).toBe(2);
  const next = soon + 5 * HOUR;
  await waitFor(
    () => Date.now(),
    (nowMs) => nowMs > soon + 1_000,
  );
  setUsage(3, next);
  expect([await poll(), await poll()]).toEqual([3, 3]);
  setUsage(99, next);
  expect([await poll(), await poll()]).toEqual([4, 4]);
});

test("a click on a notification opens the usage page, also when the permission came while the worker ran", async () => {
  await openBrowser();
  setUsage(99, Date.now() + HOUR);
  await browser.login("alice");
  await switchOn();
  expect(await poll()).toBe(1);
  const worker = browser.context.serviceWorkers()[0];
  const opened = browser.context.waitForEvent("page");
  // A click on the screen is out of reach; the event is Chrome's own.
  await worker?.evaluate(`chrome.notifications.onClicked.dispatch("${[...shown][0]}")`);
  expect((await opened).url()).toBe("https://claude.ai/settings/usage");
  await expect.poll(() => browser.popup.evaluate(() => chrome.notifications.getAll())).toEqual({});
  expect(await poll()).toBe(1);
});
