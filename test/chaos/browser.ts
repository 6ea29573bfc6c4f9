// The worker, its process, the whole browser and the bridge killed in the middle of a poll or of a post, in a real Chromium:
// what was kept arrives, once; nothing else does; and the next alarm polls as if nothing had been.
// A reading whose poll was killed before it was kept may be gone: it was neither shown nor acknowledged.
import { readlink } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import type { Page } from "playwright";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { stopWorker } from "../harness/stop-worker.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";
import type { FailureRule } from "../stand-in/failure.ts";
import type { Random } from "./random.ts";
import { createReadings, type Readings, readMemory } from "./readings.ts";
import type { Chaos, Scenario } from "./scenario.ts";

type Scene = {
  world: World;
  browser: Browser;
  /** A page of the extension: it answers also while the worker is dead. */
  page: Page;
  readings: Readings;
};

type Fault = { name: string; inflict: (scene: Scene, random: Random) => Promise<void> };

const ACCOUNT = /\/account$/;
const ORGANISATIONS = /\/organizations$/;
const USAGE = /\/usage$/;
const SNAPSHOTS = /\/snapshots$/;
/** Where every poll comes through, from the first question to the bridge's answer. */
const stations: readonly RegExp[] = [ACCOUNT, USAGE, /\/hello$/, SNAPSHOTS];
/** Each question of a poll, never answered; before it what makes the poll come to it. */
const heldQuestions: readonly (readonly [...FailureRule[], FailureRule])[] = [
  [{ kind: "hang", path: ACCOUNT }],
  [
    { kind: "unknown-keys-200", path: ACCOUNT, times: 1 },
    { kind: "hang", path: ORGANISATIONS },
  ],
  [{ kind: "hang", path: USAGE }],
  [{ kind: "hang", path: /\/overage_spend_limit$/ }],
  [{ kind: "hang", path: /\/subscription_details$/ }],
  [
    { kind: "slow", path: ACCOUNT, times: 1 },
    { kind: "hang", path: ACCOUNT },
  ],
];

const faults: readonly Fault[] = [
  { name: "worker killed while claude.ai is asked", inflict: killWorkerInQuestion },
  {
    name: "worker killed at any moment of a poll",
    inflict: async (scene, random) => {
      await reachRequest(scene, random.pick(stations));
      await pass(random.int(0, 25));
      await stopWorker(scene.page);
    },
  },
  {
    name: "worker killed under a post",
    inflict: async (scene, random) => {
      await reachRequest(scene, SNAPSHOTS);
      await pass(random.int(0, 30));
      await stopWorker(scene.page);
    },
  },
  { name: "worker killed while claude.ai is asked", inflict: killWorkerInQuestion },
  {
    name: "worker killed under a post to a bridge that stands still",
    inflict: async (scene) => {
      await reachRequest(scene, SNAPSHOTS);
      await whileBridgeStands(scene, () => stopWorker(scene.page));
    },
  },
  {
    name: "process of the extension crashed",
    inflict: async (scene, random) => {
      await reachRequest(scene, random.pick(stations));
      await pass(random.int(0, 25));
      const crashed = scene.page.waitForEvent("crash");
      const devtools = await scene.browser.context.newCDPSession(scene.page);
      // Nobody is left to answer it.
      devtools.send("Page.crash").catch(() => undefined);
      await crashed;
      const page = await scene.browser.context.newPage();
      await page.goto(`chrome-extension://${EXTENSION_ID}/extension/popup/popup.html`);
      await scene.page.close();
      scene.page = page;
      // With DevTools Chromium 156 gives the first events after a crash to nobody; the alarm comes again each minute, and
      // here sooner.
      const { requests } = scene.world.standIn;
      const before = requests.length;
      await page.evaluate(() => chrome.alarms.create("poll", { when: Date.now(), periodInMinutes: 0.05 }));
      await waitFor(
        () => requests.length,
        (count) => count > before,
      );
      await page.evaluate(() => chrome.alarms.create("poll", { periodInMinutes: 1 }));
    },
  },
  { name: "worker killed while claude.ai is asked", inflict: killWorkerInQuestion },
  {
    name: "bridge killed under a post",
    inflict: async (scene, random) => {
      await reachRequest(scene, SNAPSHOTS);
      // Half of them before it can have read the post.
      await pass(Math.max(0, random.int(-20, 20)));
      await scene.world.bridge.kill("SIGKILL");
      await scene.world.bridge.start();
    },
  },
  {
    name: "alarm deleted, and the worker killed",
    inflict: async ({ page }) => {
      await page.evaluate(() => chrome.alarms.clear("poll"));
      await stopWorker(page);
      // Whatever wakes it next: here a popup that opens.
      await page.evaluate(() => chrome.runtime.sendMessage({ ask: "catch-up" }));
      const alarm = await page.evaluate(() => chrome.alarms.get("poll"));
      if (!alarm) throw new Error("it made no other alarm");
    },
  },
  {
    name: "bridge restarted under a post",
    inflict: async (scene, random) => {
      await reachRequest(scene, SNAPSHOTS);
      await pass(random.int(0, 20));
      await scene.world.bridge.kill("SIGTERM");
      await scene.world.bridge.start();
    },
  },
];

const browserFaults: readonly Fault[] = [
  {
    name: "browser killed while claude.ai is asked",
    inflict: async (scene, random) => {
      await holdQuestion(scene, random);
      await killBrowser(scene);
      await startBrowser(scene);
    },
  },
  {
    name: "browser killed under a post",
    inflict: async (scene) => {
      await reachRequest(scene, SNAPSHOTS);
      await whileBridgeStands(scene, () => killBrowser(scene));
      await startBrowser(scene);
    },
  },
];

/** Starting a browser takes as long as several other faults. */
const ROUNDS_A_BROWSER = faults.length + 1;

function decideFault(round: number): Fault | undefined {
  const step = round % ROUNDS_A_BROWSER;
  return faults[step] ?? browserFaults[Math.floor(round / ROUNDS_A_BROWSER) % browserFaults.length];
}

/** The alarm as it comes each minute, only at once: nobody clicks. */
async function wake(page: Page): Promise<void> {
  await page.evaluate(() => chrome.alarms.create("poll", { when: Date.now(), periodInMinutes: 1 }));
}

/** Resolves when the worker sends the first request for this path. */
async function reachRequest({ browser, page }: Scene, path: RegExp): Promise<void> {
  const sent = browser.context.waitForEvent("request", (request) => path.test(request.url()));
  await wake(page);
  await sent;
}

/** Resolves while claude.ai owes the answer. */
async function holdQuestion({ world: { standIn }, page }: Scene, random: Random): Promise<void> {
  const rules = random.pick(heldQuestions);
  const { path = /./ } = rules[rules.length - 1] ?? {};
  const before = standIn.requests.length;
  for (const rule of rules) standIn.fail(rule);
  // Unlike an alarm a refresh asks all questions.
  await page.evaluate(() => void chrome.runtime.sendMessage({ ask: "refresh" }));
  const countBefore = rules.filter((rule) => rule.path === path).length;
  await waitFor(
    () => standIn.requests.slice(before).filter((request) => path.test(request.path)).length,
    (count) => count === countBefore,
  );
}

async function killWorkerInQuestion(scene: Scene, random: Random): Promise<void> {
  await holdQuestion(scene, random);
  await pass(random.int(0, 20));
  await stopWorker(scene.page);
}

/** It takes the request, and answers it when nobody is there any more. */
async function whileBridgeStands({ world: { bridge } }: Scene, act: () => Promise<void>): Promise<void> {
  bridge.signal("SIGSTOP");
  try {
    await act();
  } finally {
    bridge.signal("SIGCONT");
  }
}

/** All its processes at once. */
async function killBrowser({ browser, page, readings }: Scene): Promise<void> {
  readings.owe(await readMemory(page));
  const closed = new Promise((resolve) => void browser.context.once("close", resolve));
  process.kill(-(await readGroup(browser.profile)), "SIGKILL");
  await closed;
}

/** On the profile as it was left; resolves while its first poll waits for claude.ai. */
async function startBrowser(scene: Scene): Promise<void> {
  const { standIn, openBrowser } = scene.world;
  standIn.heal();
  standIn.fail({ kind: "slow", path: ACCOUNT, times: 1, delayMs: 1_000 });
  const before = standIn.requests.length;
  scene.browser = await openBrowser({ profile: scene.browser.profile });
  scene.page = scene.browser.popup;
  await waitFor(
    () => standIn.requests.length,
    (count) => count > before,
  );
}

/** Chromium's own note of who has the profile; Playwright makes that process the leader of a group. */
async function readGroup(profile: string): Promise<number> {
  return Number(/-(\d+)$/.exec(await readlink(join(profile, "SingletonLock")))?.[1]);
}

async function createScene(): Promise<Scene> {
  const readings = createReadings();
  const world = await createWorld({ accounts: [readings.account] });
  const first = await world.openBrowser();
  await first.login("alice");
  await first.refresh();
  // Cookies reach the disk when a browser ends well, or within half a minute.
  await first.close();
  const answeredBefore = readings.last();
  const browser = await world.openBrowser({ profile: first.profile });
  const scene = { world, browser, page: browser.popup, readings };
  await recover(scene, answeredBefore);
  return scene;
}

/** What went wrong once would be found again in every round. */
async function renew({ world }: Scene): Promise<Scene> {
  await world.close();
  return await createScene();
}

/** Polled again after the fault, all of it delivered, and nothing under way. */
async function recover({ page, readings }: Scene, answeredBefore: number): Promise<void> {
  const left = await waitFor(
    () => readMemory(page),
    ({ isFlying }) => !isFlying,
  );
  readings.owe(left);
  // A browser that was started again has its own first alarm.
  if (left.shown <= answeredBefore) await wake(page);
  await waitFor(
    () => readMemory(page),
    ({ isFlying, shown, waiting }) => !isFlying && shown > answeredBefore && waiting.length === 0,
  );
}

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  let scene = await createScene();
  try {
    for (let round = 0; goesOn(round); round += 1) {
      const fault = decideFault(round);
      if (!fault) continue;
      const { name, inflict } = fault;
      try {
        await inflict(scene, toRandom(round));
        const inflictedMs = performance.now();
        const { badge } = await readMemory(scene.page);
        scene.world.standIn.heal();
        if (badge === "") report.harm("lost", name, `round ${round}: the badge is blank`);
        await recover(scene, scene.readings.last());
        report.count(name, performance.now() - inflictedMs);
        const harms = await scene.readings.compare(scene.world.bridge.home);
        for (const { harm, words } of harms) report.harm(harm, name, `round ${round}: ${words}`);
        if (harms.length > 0) scene = await renew(scene);
      } catch (error) {
        report.harm("crashed", name, `round ${round}: ${String(error)}`);
        scene = await renew(scene);
      }
    }
  } finally {
    await scene.world.close();
  }
}

export const browser: Scenario = { name: "browser", shortRounds: 2 * ROUNDS_A_BROWSER, share: 3, run };
