// The way of one number: claude.ai, the extension's worker, the bridge, a terminal.
import { afterEach, beforeEach, expect, test } from "vitest";
import { runCli } from "../harness/program.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(async () => {
  await world.close();
});

test("the alarm's own first poll paints badge and popup and reaches --json", async () => {
  const browser = await world.openBrowser();
  // The first alarm came before the sign-in; one that comes while it is still at work would add nothing.
  await expect.poll(() => browser.popup.locator("footer").innerText()).toContain("Connected");
  await browser.login("alice");
  // Nobody presses Refresh: the worker's alarm is asked to come now instead of within a minute.
  await browser.popup.evaluate(() => chrome.alarms.create("poll", { when: Date.now(), periodInMinutes: 1 }));
  const [row] = await waitFor(world.bridge.readRows, (rows) => rows.length === 1);

  expect(row).toMatchObject({ account_email: "alice@example.com", plan: "Max 20x", browser: "Chromium", stale: false });
  const windows = row?.windows.map(({ id, utilization, state }) => [id, utilization, state]);
  expect(windows).toEqual([
    ["five_hour", 42, "open"],
    ["seven_day", 63, "open"],
    ["scoped:fable", 78, "open"],
    ["pool:iguana_necktie", 22.98, "open"],
  ]);
  expect(row?.binding).toBe("seven_day");
  expect((await browser.readBadge()).text).toBe("63%");

  const card = browser.popup.locator(".card");
  await expect.poll(() => card.count()).toBe(1);
  const words = await card.innerText();
  expect(words).toContain("alice@example.com");
  expect(words).toMatch(/5-hour\s+42 %\s+Resets in 2 h/);
  expect(words).toMatch(/Weekly · binds\s+63 %/);
  await expect.poll(() => browser.popup.locator("footer").innerText()).toContain("Connected");

  const table = await runCli(world.bridge.home, []);
  expect(table.stdout).toMatch(/5-hour .*42 %.*in 2 h|5-hour .*42 %.*in 1 h/);
  expect(table.code).toBe(0);
});

test("payment data and cookies stay in the browser", async () => {
  const browser = await world.openBrowser();
  await browser.login("alice");
  await browser.refresh();
  const printed = await runCli(world.bridge.home, ["--json"]);
  expect(printed.stdout).toContain("renews_at");
  expect(printed.stdout).not.toMatch(/visa|last4|payment|sessionKey|sk-ant/i);
  const stored = await browser.popup.evaluate(async () => JSON.stringify(await chrome.storage.local.get()));
  expect(stored).not.toMatch(/visa|last4|payment|sessionKey|sk-ant/i);
});

test("two browser profiles on one account are one row that names the browser once", async () => {
  const first = await world.openBrowser();
  const second = await world.openBrowser();
  for (const browser of [first, second]) {
    await browser.login("alice");
    await browser.refresh();
  }
  const rows = await world.bridge.readRows();
  expect(rows).toHaveLength(1);
  expect(rows[0]?.browser).toBe("Chromium");
});

test("two organisations of one e-mail are two rows", async () => {
  const browser = await world.openBrowser();
  await browser.login("bob");
  await browser.refresh();
  const rows = await world.bridge.readRows();
  expect(rows.map((row) => row.plan).toSorted()).toEqual(["Pro", "Team"]);
  expect(new Set(rows.map((row) => row.account_email)).size).toBe(1);
  await expect.poll(() => browser.popup.locator(".card").count()).toBe(2);
});

test("two seats of one organisation, seen from two browsers, are two rows", async () => {
  for (const name of ["bob", "frank"]) {
    const browser = await world.openBrowser();
    await browser.login(name);
    await browser.refresh();
  }
  const team = (await world.bridge.readRows()).filter((row) => row.plan === "Team");
  expect(team.map((row) => row.account_email).toSorted()).toEqual(["bob@example.com", "frank@example.com"]);
});

test("Enterprise shows money, Free shows no limits, yen have no cents", async () => {
  const shown: Record<string, unknown> = {};
  for (const name of ["carol", "dave", "erin"]) {
    const browser = await world.openBrowser();
    await browser.login(name);
    await browser.refresh();
  }
  for (const row of await world.bridge.readRows()) shown[row.plan ?? "none"] = [row.windows.length, row.money];
  expect(shown["Enterprise"]).toMatchObject([0, { enabled: true, currency: "USD" }]);
  expect(shown["Free"]).toEqual([0, null]);
  expect(shown["Pro"]).toMatchObject([expect.any(Number), { used: 1500, currency: "JPY" }]);
});
