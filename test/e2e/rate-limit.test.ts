// Something in the browser's own name has asked the bridge too often: the extension is told to wait, does, and loses nothing.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { BRIDGE_PORT } from "../../shared/protocol.ts";
import { statusSchema } from "../../shared/row.ts";
import type { Browser } from "../harness/browser.ts";
import { ask, pairInstall } from "../harness/signed-client.ts";
import { createWorld, type World } from "../harness/world.ts";

const linkSchema = z.looseObject({
  link: z.looseObject({
    state: z.string(),
    waiting: z.int(),
    busy_until: z.optional(z.string()),
    native_at: z.nullable(z.string()),
  }),
});

let world: World;

beforeEach(async () => {
  world = await createWorld();
});

afterEach(async () => {
  await world.close();
});

async function readLink(browser: Browser) {
  const stored = await browser.popup.evaluate(async () => (await chrome.storage.local.get("meter"))["meter"]);
  return linkSchema.parse(stored).link;
}

async function readInstall() {
  const text = await readFile(join(world.bridge.home, "status.json"), "utf8");
  const [install] = statusSchema.parse(JSON.parse(text)).installs;
  if (!install) throw new Error("no browser has posted");
  return install;
}

/** Until this browser's room is full. */
async function flood(install: string): Promise<void> {
  const credentials = await pairInstall(world.bridge.home, install);
  let status = 200;
  for (let asked = 0; asked <= 1_000 && status === 200; asked += 1) {
    ({ status } = await ask(credentials, BRIDGE_PORT, { method: "GET", path: "/hello" }));
  }
  expect(status).toBe(429);
}

test("the extension waits as long as the bridge says, tells so, and sends what it kept", async () => {
  const browser = await world.openBrowser();
  await browser.login("alice");
  await browser.refresh();
  const { native_at } = await readLink(browser);
  const { install, sequences } = await readInstall();
  const last = sequences.at(-1)?.[1] ?? 0;

  await flood(install);
  await browser.refresh();
  const told = await readLink(browser);
  expect(told).toMatchObject({ state: "busy", waiting: 1, native_at });
  expect(Date.parse(told.busy_until ?? "")).toBeGreaterThan(Date.now());
  await expect
    .poll(() => browser.popup.locator("footer").innerText())
    .toMatch(/Too many requests to the bridge.* 1 reading waiting to be sent\./s);

  // A bridge without that memory would answer well: so it is not asked.
  await world.bridge.stop();
  await world.bridge.start();
  await browser.refresh();
  expect(await readLink(browser)).toEqual({ ...told, waiting: 2 });

  await browser.popup.evaluate(async () => {
    const { meter } = await chrome.storage.local.get<{ meter: { link: object } }>("meter");
    const link = { ...meter.link, busy_until: new Date().toISOString() };
    await chrome.storage.local.set({ meter: { ...meter, link } });
  });
  await browser.refresh();
  const link = await readLink(browser);
  expect(link).toMatchObject({ state: "connected", waiting: 0 });
  expect(link.busy_until).toBeUndefined();
  expect((await readInstall()).sequences).toEqual([[1, last + 3]]);
});
