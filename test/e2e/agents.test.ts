// The agents page beside real `claude-meter run` processes that end in every way: it shows each as what it is within half a
// minute, in words and not by colour alone.
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright";
import { afterEach, beforeEach, expect, test } from "vitest";
import { EXTENSION_ID } from "../../shared/protocol.ts";
import type { Browser } from "../harness/browser.ts";
import { endPrograms, type Program, startCli } from "../harness/program.ts";
import { type Step, script } from "../harness/stand-in-agent.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";
import { createHandover, SESSION } from "../shared/handover-examples.ts";

let world: World;
let browser: Browser;

beforeEach(async () => {
  world = await createWorld();
  browser = await world.openBrowser();
});

afterEach(async () => {
  await endPrograms(world.bridge.home);
  await world.close();
});

async function openAgents(): Promise<Page> {
  const page = await browser.context.newPage();
  await page.goto(`chrome-extension://${EXTENSION_ID}/extension/agents/agents.html`);
  await page.locator('#agents[aria-busy="false"]').waitFor({ state: "attached" });
  return page;
}

const run = (label: string, ...steps: readonly Step[]) =>
  startCli(world.bridge.home, ["run", "--on-unknown", "go", "--label", label, "--", ...script(...steps)]);

/** "nightly: running" for each line of the page. */
async function readLines(page: Page): Promise<string[]> {
  const lines = await page.locator(".agent").all();
  return await Promise.all(
    lines.map(async (line) => {
      const [name = ""] = ((await line.locator(".name").textContent()) ?? "").split(" (");
      return `${name}: ${await line.locator(".state").textContent()}`;
    }),
  );
}

test("runs that end in every way are told apart, on the page and in the popup", async () => {
  const living: Program = run("living", { stay: true });
  const killed = run("killed", { stay: true });
  await Promise.all([run("good", { code: 0 }).ended, run("bad", { code: 3 }).ended]);
  const page = await openAgents();
  await waitFor(
    () => readLines(page),
    (lines) => lines.length === 4 && lines.includes("killed: running"),
  );
  killed.kill("SIGKILL");
  await waitFor(
    () => readLines(page),
    (lines) => lines.includes("killed: dead"),
  );
  expect(await readLines(page)).toEqual(["killed: dead", "bad: failed", "living: running", "good: completed"]);
  const summary = "4 agents: 1 dead, 1 failed, 1 running, 1 completed";
  expect(await page.locator("#summary").textContent()).toBe(summary);
  await browser.popup.reload();
  await browser.popup.locator("#agents:not([hidden])").waitFor();
  expect(await browser.popup.locator("#agents").textContent()).toBe(summary);
  living.kill("SIGTERM");
});

test("fifty runs fit a phone's width, and none says how to start one", async () => {
  const page = await openAgents();
  await page.setViewportSize({ width: 360, height: 640 });
  // A browser that has just been started is still pairing.
  await expect
    .poll(() => page.locator("#notice").textContent())
    .toMatch(/No runs yet\. Start one with claude-meter run/);
  const folder = join(world.bridge.home, "runs");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const now = new Date().toISOString();
  for (let index = 0; index < 50; index += 1) {
    const id = String(index).padStart(8, "0");
    const state = index % 2 === 0 ? "completed" : "failed";
    const times = { started_at: now, heartbeat_at: now, ended_at: now, resume_at: null };
    const label = `a rather long label of run number ${index}`;
    const rest = { pid: 1, child_pid: null, exit_code: 1, restarts: 2, limit: null, command: "claude" };
    await writeFile(join(folder, `${id}.json`), JSON.stringify({ schema: 1, id, state, label, ...times, ...rest }));
  }
  await waitFor(
    () => page.locator(".agent").count(),
    (count) => count === 50,
  );
  const isTooWide = await page.evaluate("document.documentElement.scrollWidth > innerWidth");
  expect(isTooWide).toBe(false);
  await rm(folder, { recursive: true });
});

test("a session that a limit stopped is shown with a button that copies how to resume it", async () => {
  const folder = join(world.bridge.home, "handovers");
  await mkdir(folder, { mode: 0o700 });
  const handover = createHandover();
  await writeFile(join(folder, `${SESSION}.json`), JSON.stringify({ ...handover, cut_at: new Date().toISOString() }));
  await browser.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const page = await openAgents();
  await page.getByRole("button", { name: `Copy the resume command of ${handover.folder}` }).click();
  await page.getByText(`Copied: claude-meter handovers resume ${SESSION}`).waitFor();
  expect(await page.evaluate("navigator.clipboard.readText()")).toBe(`claude-meter handovers resume ${SESSION}`);
  await rm(folder, { recursive: true });
  await page.locator("#handovers").waitFor({ state: "hidden" });
});

test("without motion for who wants none, and pulsing for the others", async () => {
  run("living", { stay: true });
  const page = await openAgents();
  const lamp = page.locator('.agent[data-look="running"] .lamp');
  await lamp.waitFor();
  const readAnimation = () => lamp.evaluate((element) => getComputedStyle(element).animationName);
  expect(await readAnimation()).toBe("pulse");
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await readAnimation()).toBe("none");
});

test("a bridge that ended leaves no run shown as running", async () => {
  run("living", { stay: true });
  const page = await openAgents();
  await page.locator(".agent").waitFor();
  await world.bridge.stop();
  await page.locator("#notice .notice").waitFor();
  expect(await page.locator("#notice").textContent()).toMatch(/is not running/);
  expect(await page.locator(".agent").count()).toBe(0);
});
