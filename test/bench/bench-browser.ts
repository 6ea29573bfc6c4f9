// What a poll a minute costs the whole browser: Chromium with the extension beside the same Chromium without it.
import { setTimeout as sleep } from "node:timers/promises";
import { type BrowserContext, chromium } from "playwright";
import { findChromium } from "../harness/browser.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { createWorld } from "../harness/world.ts";
import { findPid, readTreeCpuMs } from "./process-cost.ts";

const MINUTES = Number(process.env["MINUTES"] ?? 10);
const MINUTE_MS = 60_000;

export async function benchBrowser(): Promise<void> {
  if (process.platform !== "linux") {
    console.log("\nThe browser's CPU is read from /proc, so only on Linux.");
    return;
  }
  const world = await createWorld();
  const profile = await createFolder();
  let bare: BrowserContext | undefined;
  try {
    const browser = await world.openBrowser();
    await browser.login("alice");
    await browser.refresh();
    await browser.popup.goto("about:blank");
    bare = await chromium.launchPersistentContext(profile, {
      executablePath: findChromium(),
      args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"],
    });
    await sleep(MINUTE_MS);
    const pids = [browser.profile, profile].map((each) => findPid(`--user-data-dir=${each}`, "--type="));
    const before = pids.map(readTreeCpuMs);
    process.stderr.write(`the browser: ${MINUTES} minutes …\n`);
    await sleep(MINUTES * MINUTE_MS);
    const [own = 0, other = 0] = pids.map((pid, index) => (readTreeCpuMs(pid) - (before[index] ?? 0)) / MINUTES);
    console.log(`\nChromium over ${MINUTES} minutes, CPU a minute, all its processes:`);
    console.log(
      `  with the extension ${own.toFixed(0)} ms, without ${other.toFixed(0)} ms: ${(own - other).toFixed(0)} ms a poll`,
    );
  } finally {
    await bare?.close();
    await removeFolder(profile);
    await world.close();
  }
}
