// Our extension, a hostile one with every host permission, one with none, and the pages of an attacker in one browser.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Request, Worker } from "playwright";
import { BRIDGE_PORT, EXTENSION_ID } from "../../../shared/protocol.ts";
import { statusSchema } from "../../../shared/row.ts";
import { type Browser, EXTENSION_PATH } from "../../harness/browser.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { createWorld, type World } from "../../harness/world.ts";
import { type AttackSite, createAttackSite } from "./attack-site.ts";

export const OUR_ORIGIN = `chrome-extension://${EXTENSION_ID}`;

export type Arena = {
  world: World;
  site: AttackSite;
  browser: Browser;
  allHosts: Worker;
  noPermissions: Worker;
  /** Our extension's requests to the bridge, as they left the browser. */
  readonly ownRequests: Request[];
  /** A poll of our extension; true when the bridge acknowledged it. */
  refreshOwn: () => Promise<boolean>;
  /** status.json as it stands, byte by byte. */
  readStatusText: () => Promise<string>;
  /** Runs it, and resolves when every request to the port that began with it has ended. */
  settle: <T>(run: () => Promise<T>, options?: { hasRequest: boolean }) => Promise<T>;
  close: () => Promise<void>;
};

/** `access`: Chrome's Local Network Access checks, with the attacker's own pages in public address space. */
export async function createArena(access: "on" | "off"): Promise<Arena> {
  const world = await createWorld();
  const site = await createAttackSite();
  const browser = await world.openBrowser({ extraArguments: toArguments(world, site, access) });
  const traffic = { begun: 0, pending: new Set<Request>() };
  const ownRequests: Request[] = [];
  browser.context.on("request", (request) => {
    if (!isAtPort(request)) return;
    traffic.begun += 1;
    traffic.pending.add(request);
    if (request.serviceWorker()?.url().startsWith(OUR_ORIGIN)) ownRequests.push(request);
  });
  browser.context.on("requestfinished", (request) => void traffic.pending.delete(request));
  browser.context.on("requestfailed", (request) => void traffic.pending.delete(request));

  const readStatusText = () => readFile(join(world.bridge.home, "status.json"), "utf8").catch(() => "");
  await browser.login("alice");
  // From here on ours posts only when it is told to, so that whatever else moves the file is foreign.
  await browser.popup.evaluate(() => chrome.alarms.clear("poll"));
  await browser.popup.evaluate(() => navigator.locks.request("meter", () => undefined));
  return {
    world,
    site,
    browser,
    allHosts: await findWorker(browser, "hostile-all-hosts"),
    noPermissions: await findWorker(browser, "hostile-no-permissions"),
    ownRequests,
    refreshOwn: async () => {
      const before = toLastSequence(await readStatusText());
      await browser.refresh();
      return toLastSequence(await readStatusText()) === before + 1;
    },
    readStatusText,
    settle: async (run, { hasRequest } = { hasRequest: true }) => {
      const { begun } = traffic;
      const result = await run();
      await waitFor(
        () => [traffic.begun - begun, traffic.pending.size],
        ([more = 0, pending]) => pending === 0 && (more > 0 || !hasRequest),
      );
      return result;
    },
    close: async () => {
      await world.close();
      await site.close();
    },
  };
}

function toArguments(world: World, site: AttackSite, access: "on" | "off"): string[] {
  const hostile = ["all-hosts", "no-permissions"].map((name) =>
    fileURLToPath(new URL(`../hostile-extension/${name}`, import.meta.url)),
  );
  const extensions = [EXTENSION_PATH, ...hostile].join(",");
  const publicPorts = [site.httpPort, site.httpsPort].map((port) => `127.0.0.1:${port}=public`).join(",");
  // A second list of features replaces Playwright's own; http has to stay http.
  const off = "--disable-features=LocalNetworkAccessChecks,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable";
  return [
    `--disable-extensions-except=${extensions}`,
    `--load-extension=${extensions}`,
    `--host-resolver-rules=MAP claude.ai:443 127.0.0.1:${world.standIn.port},MAP evil.test 127.0.0.1`,
    `--ip-address-space-overrides=${publicPorts}`,
    ...(access === "off" ? [off] : []),
  ];
}

function isAtPort(request: Request): boolean {
  return new URL(request.url()).port === String(BRIDGE_PORT);
}

async function findWorker(browser: Browser, name: string): Promise<Worker> {
  const workers = await waitFor(
    () => browser.context.serviceWorkers(),
    (each) => each.length === 3,
  );
  for (const worker of workers) {
    if ((await worker.evaluate(() => chrome.runtime.getManifest().name)) === name) return worker;
  }
  throw new Error(`${name} was not loaded`);
}

/** The highest acknowledged sequence number; the arena has one install. */
function toLastSequence(text: string): number {
  if (text === "") return 0;
  const { installs } = statusSchema.parse(JSON.parse(text));
  return Math.max(0, ...installs.flatMap((install) => install.sequences.map(([, last]) => last)));
}
