// The way of one number in Firefox: claude.ai, the extension's event page, the bridge, a terminal.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Firefox } from "../harness/firefox.ts";
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
    await waitFor(
      () => firefox.popup.readText("footer"),
      (text) => text.includes("Connected"),
    );
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
});
