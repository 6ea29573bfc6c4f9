// What is lost when a part dies: nothing that was read, nothing that was acknowledged.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { statusSchema } from "../../shared/row.ts";
import type { Browser } from "../harness/browser.ts";
import { stopWorker } from "../harness/stop-worker.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

let world: World;
let browser: Browser;

beforeEach(async () => {
  world = await createWorld();
  browser = await world.openBrowser();
  await browser.login("alice");
});

afterEach(async () => {
  await world.close();
});

/** The acknowledged sequence numbers as ranges, from the bridge's own durable file. */
async function readSequences(): Promise<unknown> {
  const text = await readFile(join(world.bridge.home, "status.json"), "utf8");
  return statusSchema.parse(JSON.parse(text)).installs.map((install) => install.sequences);
}

function setSession(utilization: number): void {
  for (const organisation of world.standIn.accounts.find((each) => each.name === "alice")?.organisations ?? []) {
    if (organisation.usage.five_hour) organisation.usage.five_hour.utilization = utilization;
  }
}

test("a worker killed in the middle of a poll is woken by its alarm and polls again", async () => {
  await browser.refresh();
  world.standIn.fail({ kind: "hang", path: /usage/, times: 1 });
  const before = world.standIn.requests.length;
  await browser.popup.evaluate(() => void chrome.runtime.sendMessage({ ask: "refresh" }));
  await waitFor(
    () => world.standIn.requests.slice(before).some((request) => request.path.includes("/usage")),
    (isHanging) => isHanging,
  );
  await stopWorker(browser.popup);
  setSession(55);
  await browser.popup.evaluate(() => chrome.alarms.create("poll", { when: Date.now() + 100, periodInMinutes: 1 }));
  const rows = await waitFor(world.bridge.readRows, ([row]) => row?.windows[0]?.utilization === 55);
  expect(rows).toHaveLength(1);
  expect(await readSequences()).toEqual([[[1, 2]]]);
});

test("a browser that starts shows what it knew, before claude.ai answers", async () => {
  await browser.refresh();
  await browser.close();
  world.standIn.fail({ kind: "hang", path: /account/, times: 1 });
  const before = world.standIn.requests.length;
  const restarted = await world.openBrowser({ profile: browser.profile });
  await waitFor(
    () => world.standIn.requests.length,
    (count) => count > before,
  );
  expect((await restarted.readBadge()).text).toBe("63%");
});

test("ten polls while the bridge is down wait, and arrive once each when it is up", async () => {
  await browser.refresh();
  await world.bridge.stop();
  for (let poll = 1; poll <= 10; poll += 1) {
    setSession(42 + poll);
    await browser.refresh();
  }
  await expect
    .poll(() => browser.popup.locator("footer").innerText())
    .toMatch(/not running.*10 readings waiting to be sent\./s);
  expect((await browser.readBadge()).text).toBe("63%");
  // The terminal still reads the file, and says how old it is.
  expect((await world.bridge.readRows())[0]?.windows[0]?.utilization).toBe(42);

  await world.bridge.start();
  setSession(53);
  await browser.refresh();
  expect((await world.bridge.readRows())[0]?.windows[0]?.utilization).toBe(53);
  expect(await readSequences()).toEqual([[[1, 12]]]);
  await expect.poll(() => browser.popup.locator("footer").innerText()).not.toContain("wait");
});

test("a bridge killed with -9 comes back with its rows", async () => {
  await browser.refresh();
  const before = await world.bridge.readRows();
  await world.bridge.kill("SIGKILL");
  expect(await world.bridge.readRows()).toMatchObject([{ fetched_at: before[0]?.fetched_at }]);
  await world.bridge.start();
  expect(await world.bridge.readRows()).toMatchObject([
    { fetched_at: before[0]?.fetched_at, windows: before[0]?.windows },
  ]);
  await browser.refresh();
  expect(await readSequences()).toEqual([[[1, 2]]]);
});

test("an account that changes in the middle of a poll gives its numbers to nobody", async () => {
  await browser.refresh();
  const before = await world.bridge.readRows();
  // The account is asked first; everything after that is answered as bob.
  world.standIn.switchAccountAfter(1, "bob");
  await browser.refresh();
  expect((await world.bridge.readRows()).map((row) => row.fetched_at)).toEqual(before.map((row) => row.fetched_at));
  await browser.refresh();
  const emails = (await world.bridge.readRows()).map((row) => row.account_email);
  expect(new Set(emails)).toEqual(new Set(["alice@example.com", "bob@example.com"]));
});
