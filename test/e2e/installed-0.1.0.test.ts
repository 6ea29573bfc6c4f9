// The extension of 0.1.0 as users have it installed, byte by byte, in a real Chromium: against this version's bridge, and
// replaced by this version; and this version's extension against the bridge of 0.1.0.
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as z from "zod/mini";
import { BRIDGE_PORT } from "../../shared/protocol.ts";
import { statusSchema } from "../../shared/row.ts";
import type { Browser } from "../harness/browser.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { toFrozenPath } from "../harness/frozen.ts";
import { printTable } from "../harness/print-table.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

const extension = toFrozenPath("extension");
const CONNECTED = /^(?:The bridge is connected|Connected to the bridge)(?!.*[Rr]eading)/;

const linkSchema = z.looseObject({ state: z.string(), waiting: z.int(), refused: z.int(), dropped: z.int() });
const storedSchema = z.looseObject({ rows: z.array(z.looseObject({ account_email: z.string() })), link: linkSchema });

let world: World;
let daemon: Daemon | undefined;

beforeEach(async () => {
  world = await createWorld();
  daemon = undefined;
});

afterEach(async () => {
  await daemon?.stop();
  await world.close();
});

async function pollAs(name: string, browser: Browser): Promise<void> {
  await browser.login(name);
  await browser.refresh();
}

async function readStored(browser: Browser) {
  const stored = await browser.popup.evaluate(async () => (await chrome.storage.local.get("meter"))["meter"]);
  return storedSchema.parse(stored);
}

/** Connected, and nothing waits, was refused or was given up. */
async function hasDelivered(browser: Browser): Promise<void> {
  const words = () => browser.popup.locator("#link").innerText();
  await waitFor(words, (text) => CONNECTED.test(text));
  expect((await readStored(browser)).link).toMatchObject({ waiting: 0, refused: 0, dropped: 0 });
}

/** Of each browser profile that the bridge knows: what it has acknowledged. */
async function readSequences() {
  const text = await readFile(join(world.bridge.home, "status.json"), "utf8");
  return statusSchema.parse(JSON.parse(text)).installs.map(({ sequences }) => sequences);
}

test("its readings reach this bridge, also what waited while the bridge was away", async () => {
  const browser = await world.openBrowser({ extension });
  await pollAs("alice", browser);
  await hasDelivered(browser);
  expect(await world.bridge.readRows()).toMatchObject([{ account_email: "alice@example.com", plan: "Max 20x" }]);
  await world.bridge.stop();
  for (const name of ["bob", "carol", "erin"]) await pollAs(name, browser);
  const { waiting } = (await readStored(browser)).link;
  expect(waiting).toBeGreaterThanOrEqual(4);
  await world.bridge.start();
  await browser.refresh();
  await hasDelivered(browser);
  const emails = (await world.bridge.readRows()).map((row) => row.account_email);
  expect(emails).toEqual(["alice", "bob", "bob", "carol", "erin"].map((name) => `${name}@example.com`));
  // One range, so none of them is missing.
  const [[[first, last] = [0, 0], ...more] = []] = await readSequences();
  expect({ first, more }).toEqual({ first: 1, more: [] });
  printTable("an installed extension of 0.1.0 at this bridge", [
    { acknowledged: last, waited: waiting, refused: 0, lost: 0, rows: emails.length },
  ]);
});

test("when this version replaces it, its rows and its queue are there, and it is the same profile to the bridge", async () => {
  const profile = await mkdtemp(join(tmpdir(), "claude-meter-profile-"));
  const before = await world.openBrowser({ profile, extension });
  await pollAs("alice", before);
  await hasDelivered(before);
  await world.bridge.stop();
  await pollAs("bob", before);
  const { rows } = await readStored(before);
  await before.close();

  const after = await world.openBrowser({ profile });
  expect((await readStored(after)).rows.map((row) => row.account_email)).toEqual(rows.map((row) => row.account_email));
  await world.bridge.start();
  await after.refresh();
  await hasDelivered(after);
  expect(await readSequences()).toHaveLength(1);
  expect((await world.bridge.readRows()).map((row) => row.plan)).toEqual(["Max 20x", "Team", "Pro"]);
});

test("the bridge of 0.1.0 takes what this version's extension reads", async () => {
  await world.bridge.stop();
  daemon = await startDaemon({
    home: world.bridge.home,
    port: BRIDGE_PORT,
    program: toFrozenPath("bridge/daemon.js"),
  });
  const browser = await world.openBrowser();
  for (const name of ["alice", "bob", "carol"]) await pollAs(name, browser);
  await hasDelivered(browser);
  expect((await world.bridge.readRows()).map((row) => row.plan)).toEqual(["Max 20x", "Team", "Pro", "Enterprise"]);
});
