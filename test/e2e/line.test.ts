// A look on demand in a real browser, and two browsers of one account: one reads, the other stands by and takes over.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { refreshedSchema } from "../../shared/refresh.ts";
import { type Status, statusSchema } from "../../shared/row.ts";
import type { Browser } from "../harness/browser.ts";
import { askSocket } from "../harness/daemon.ts";
import { runCli } from "../harness/program.ts";
import { stopWorker } from "../harness/stop-worker.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(async () => {
  await world.close();
});

async function readStatus(): Promise<Status> {
  return statusSchema.parse(JSON.parse(await readFile(join(world.bridge.home, "status.json"), "utf8")));
}

const countUsage = () => world.standIn.requests.filter(({ path }) => /\/usage$/.test(path)).length;
const refresh = async () => refreshedSchema.parse(await askSocket(world.bridge.home, "POST", "/refresh", {})).rows;

/** As soon as the leader's line is there, which it opens after its first delivery. */
async function hasLine(): Promise<void> {
  await waitFor(refresh, (rows) => rows.length > 0 && rows.every(({ outcome }) => outcome === "read"));
}

/** The next minute, at once: the alarm of production, moved. */
async function playMinute(browser: Browser): Promise<void> {
  await browser.popup.evaluate(async () => {
    await chrome.alarms.create("poll", { delayInMinutes: 0.001, periodInMinutes: 1 });
  });
}

async function openSignedIn(label: string): Promise<Browser> {
  const browser = await world.openBrowser();
  await browser.popup.evaluate(async (name) => {
    await chrome.storage.local.set({ settings: { label: name } });
  }, label);
  await browser.login("alice");
  await browser.refresh();
  return browser;
}

test("refresh brings a new reading within seconds, fifty at once bring one, and a killed worker comes back", async () => {
  const browser = await openSignedIn("work");
  await hasLine();
  // Ten seconds after the last look the next is another one.
  const [row] = (await readStatus()).rows;
  await waitFor(
    () => Date.now() - Date.parse(row?.fetched_at ?? ""),
    (ageMs) => ageMs > 11_000,
  );
  const before = countUsage();
  const answers = await Promise.all(Array.from({ length: 50 }, refresh));
  expect(new Set(answers.flat().map(({ outcome }) => outcome))).toEqual(new Set(["read"]));
  expect(countUsage() - before).toBe((await readStatus()).rows.length);
  const printed = await runCli(world.bridge.home, ["refresh", "--json"]);
  expect(printed).toMatchObject({ code: 0, stderr: "" });

  await stopWorker(browser.popup);
  await waitFor(refresh, (rows) => rows.every(({ outcome }) => outcome === "no-browser"));
  await playMinute(browser);
  await hasLine();
});

/** In real time it takes two minutes, so only in the long run; test/extension/fleet.test.ts plays it on a clock of its own. */
const isLongRun = process.env["CLAUDE_METER_LONG"] === "1";

test("of two browsers one reads, and the other shows what it read and takes over when it is gone", async () => {
  const work = await openSignedIn("work");
  await hasLine();
  const home = await openSignedIn("home");
  // Its own Refresh has read once; from now on the other reads.
  const own = (await readStatus()).rows[0]?.fetched_at;
  await playMinute(work);
  await waitFor(
    async () => (await readStatus()).rows[0]?.fetched_at,
    (at) => at !== own,
  );
  await playMinute(home);
  await home.popup
    .getByText(/read .* by Chromium \(work\)/)
    .first()
    .waitFor();
  await waitFor(
    async () => (await readStatus()).rows[0]?.browser,
    (browsers) => browsers === "Chromium (home), Chromium (work)",
  );
  const before = countUsage();
  await playMinute(home);
  await waitFor(
    async () => (await readStatus()).installs.find(({ browser }) => browser === "Chromium (home)")?.reads?.length,
    (count) => count === 1,
  );
  expect(countUsage()).toBe(before);

  if (isLongRun) await work.close();
  else {
    await work.logout();
    await playMinute(work);
    await waitFor(
      async () => (await readStatus()).installs.find(({ browser }) => browser === "Chromium (work)")?.state,
      (state) => state === "signed-out",
    );
    await playMinute(home);
  }
  const goneMs = Date.now();
  const readAt = await waitFor(
    async () => (await readStatus()).rows[0]?.fetched_at ?? "",
    (at) => Date.parse(at) > goneMs,
    150_000,
  );
  expect(Date.parse(readAt) - goneMs).toBeLessThanOrEqual(150_000);
  // One that was signed in asked once more, and was refused.
  expect(countUsage()).toBeLessThanOrEqual(before + (isLongRun ? 1 : 2));
  await home.popup
    .getByText(/read .* ago$/)
    .first()
    .waitFor();
}, 240_000);
