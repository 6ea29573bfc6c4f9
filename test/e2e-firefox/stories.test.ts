// The way of one number in Firefox: claude.ai, the extension's event page, the bridge, a terminal.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FIREFOX_EXTENSION_PATH, type Firefox } from "../harness/firefox.ts";
import { createFirefoxWorld, type FirefoxWorld } from "../harness/firefox-world.ts";
import { runCli, runProgram, startCli } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { waitFor } from "../harness/wait-for.ts";

const POLL_NOW = 'browser.alarms.create("poll", { when: Date.now(), periodInMinutes: 1 })';

let world: FirefoxWorld;

async function typeCode({ popup }: Firefox, code: string): Promise<string> {
  await popup.evaluate(`void (document.querySelector("#code").value = ${JSON.stringify(code)})`);
  await popup.click("#pair button");
  return await waitFor(
    () => popup.readText("#pair-answer"),
    (text) => text !== "" && text !== "Pairing…",
  );
}

/** The first alarm came before the sign-in; one that comes while it is still at work would add nothing. */
async function hasConnected({ popup }: Firefox): Promise<void> {
  await waitFor(
    () => popup.readText("footer"),
    (text) => text.includes("Connected"),
  );
}

async function readKeys(): Promise<string> {
  return await readFile(join(world.bridge.home, "keys.json"), "utf8");
}

describe.runIf(requireTool("firefox-esr"))("in Firefox", () => {
  beforeEach(async () => {
    world = await createFirefoxWorld();
  });

  afterEach(async () => {
    await world.close();
  });

  test("the alarm's own poll paints badge and popup and reaches the terminal", async () => {
    const firefox = await world.openFirefox();
    await hasConnected(firefox);
    await firefox.login("alice");
    // Nobody presses Refresh.
    await firefox.popup.evaluate(POLL_NOW);
    const [row] = await waitFor(world.bridge.readRows, (rows) => rows.length === 1);
    expect(row).toMatchObject({
      account_email: "alice@example.com",
      plan: "Max 20x",
      browser: "Firefox",
      stale: false,
    });
    expect(row?.windows.map(({ id, utilization, state }) => [id, utilization, state])).toEqual([
      ["five_hour", 42, "open"],
      ["seven_day", 63, "open"],
      ["scoped:fable", 78, "open"],
      ["pool:iguana_necktie", 22.98, "open"],
    ]);
    await expect.poll(firefox.readBadge).toBe("63%");
    await expect.poll(() => firefox.popup.readText("#rows")).toMatch(/alice@example\.com.*5-hour\s+42 %.*63 %/s);
    const table = await runCli(world.bridge.home, []);
    expect(table.stdout).toContain("42 %");
    expect((await runCli(world.bridge.home, ["pair", "--list"])).stdout).toContain("Firefox");
  });

  test("the native host starts the bridge and pairs, without a click", async () => {
    await world.bridge.stop();
    await rm(join(world.bridge.home, "stopped"));
    const firefox = await world.openFirefox();
    await hasConnected(firefox);
    await firefox.login("alice");
    await firefox.popup.evaluate(POLL_NOW);
    const [row] = await waitFor(world.bridge.readRows, (rows) => rows.length === 1);
    expect(row).toMatchObject({ account_email: "alice@example.com", browser: "Firefox" });
    expect((await runCli(world.bridge.home, ["bridge", "status"])).code).toBe(0);
    expect(await readKeys()).toMatch(/"how":"native"/);
  });

  test("without a native host a code pairs, and a wrong one does not", async () => {
    const firefox = await world.openFirefox({ home: await world.createHome({ hasHost: false }) });
    await firefox.login("alice");
    await firefox.refresh();
    expect(await firefox.popup.readText("#link")).toContain("Not paired");
    const pairing = startCli(world.bridge.home, ["pair"]);
    const shown = await waitFor(pairing.stdout, (text) => text.endsWith("\n"));
    expect(await typeCode(firefox, "22222222")).toBe("The code was rejected. Run claude-meter pair for a new one.");
    expect(await typeCode(firefox, shown.trim())).toBe("Paired.");
    expect((await pairing.ended).code).toBe(0);
    await waitFor(world.bridge.readRows, (rows) => rows.length === 1);
    await expect.poll(() => firefox.popup.readText("#link")).toContain("Connected");
    expect(await readKeys()).toMatch(/"how":"code"/);
  });

  test.runIf(requireTool("zip"))("a packed add-on is itself again after a restart: same origin, same key", async () => {
    const home = await world.createHome();
    const packed = join(home, "claude-meter.xpi");
    await runProgram(process.execPath, ["scripts/pack-extension.mjs", FIREFOX_EXTENSION_PATH, packed]);
    const before = await world.openFirefox({ home, packed });
    await before.login("alice");
    await before.refresh();
    const [first] = await waitFor(world.bridge.readRows, (rows) => rows.length === 1);
    const keys = await readKeys();
    await before.close();

    const after = await world.openFirefox({ home, isInstalled: true });
    expect(after.origin).toBe(before.origin);
    expect(await after.readBadge()).toBe("63%");
    await after.refresh();
    const [second] = await waitFor(world.bridge.readRows, ([row]) => row?.fetched_at !== first?.fetched_at);
    expect(second).toMatchObject({ account_email: "alice@example.com", stale: false });
    expect(await readKeys()).toBe(keys);
  });

  test("an event page that ended in the middle of a look is woken by the next alarm and reads", async () => {
    const firefox = await world.openFirefox();
    await hasConnected(firefox);
    await firefox.login("alice");
    world.standIn.fail({ kind: "hang", path: /\/usage/ });
    await firefox.popup.evaluate(POLL_NOW);
    await waitFor(
      () => world.standIn.requests.some(({ path }) => path.includes("/usage")),
      (isAsked) => isAsked,
    );
    await firefox.endEventPage();
    expect(await firefox.readEventPage()).toBe("stopped");
    expect(await world.bridge.readRows()).toEqual([]);
    world.standIn.heal();
    await firefox.popup.evaluate(POLL_NOW);
    await waitFor(world.bridge.readRows, (rows) => rows.length === 1);
    await expect.poll(firefox.readBadge).toBe("63%");
  });

  test("an idle event page is suspended, and the alarm's minute wakes it", async () => {
    const firefox = await world.openFirefox({ preferences: { "extensions.background.idle.timeout": 1_000 } });
    await hasConnected(firefox);
    await firefox.login("alice");
    await firefox.popup.evaluate(POLL_NOW);
    await waitFor(world.bridge.readRows, (rows) => rows.length === 1);
    await waitFor(firefox.readEventPage, (state) => state === "stopped");
    const asked = world.standIn.requests.length;
    await firefox.popup.evaluate('browser.alarms.create("poll", { when: Date.now(), periodInMinutes: 1 })');
    await waitFor(
      () => world.standIn.requests.length,
      (count) => count > asked,
    );
  });

  test("access that was taken away is said, and the button brings it back", async () => {
    const firefox = await world.openFirefox();
    await firefox.login("alice");
    await firefox.refresh();
    expect(await firefox.readBadge()).toBe("63%");
    const options = await firefox.openPage(`${firefox.origin}/extension/options/options.html`);
    await expect.poll(() => options.readText("#sites-state")).toContain("Allowed: claude.ai");
    await options.evaluate('browser.permissions.remove({ origins: ["https://claude.ai/*"] })');
    await expect.poll(() => options.readText("#sites-state")).toContain("Not allowed.");
    await expect.poll(firefox.readBadge).toBe("!");
    await options.click("#sites-allow");
    await expect.poll(() => options.readText("#sites-state")).toContain("Allowed: claude.ai");
    await expect.poll(firefox.readBadge).toBe("63%");
    // The switch asks for its permission within the click, and says what Firefox answered.
    await options.click("#notices-on");
    await expect.poll(() => options.readText("#notices-state")).toBe("Permission granted.");
  });

  test("the history page draws its charts", async () => {
    const firefox = await world.openFirefox();
    await firefox.login("alice");
    await firefox.refresh();
    const charts = await firefox.openPage(`${firefox.origin}/extension/charts/charts.html`);
    await expect.poll(() => charts.readText()).toContain("alice@example.com");
    await expect.poll(() => charts.evaluate("document.querySelectorAll('canvas').length")).toBeGreaterThan(0);
  });
});
