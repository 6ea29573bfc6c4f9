// The way of one number: claude.ai, the extension's worker, the bridge, a terminal.
import { afterEach, beforeEach, expect, test } from "vitest";
import { type BridgeProcess, createBridgeProcess } from "../harness/bridge-process.ts";
import { type Browser, launchBrowser } from "../harness/browser.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createStandIn, type StandIn } from "../stand-in/stand-in.ts";

let standIn: StandIn;
let bridge: BridgeProcess;
let browser: Browser;

beforeEach(async () => {
  standIn = await createStandIn();
  bridge = await createBridgeProcess();
  await bridge.start();
  browser = await launchBrowser(standIn);
});

afterEach(async () => {
  await browser.close();
  await bridge.remove();
  await standIn.close();
});

test("the first poll paints badge and popup and reaches --json", async () => {
  await browser.login("alice");
  await browser.refresh();
  console.log(await browser.readBadge());
  console.log(await browser.popup.locator("body").innerText());
  await browser.popup.screenshot({ path: "/tmp/popup.png", fullPage: true });
  const rows = await waitFor(bridge.readRows, (each) => each.length > 0);
  console.log(JSON.stringify(rows[0], (k, v) => (k === "usage" ? "…" : v), 1));
  expect(rows).toHaveLength(1);
});
