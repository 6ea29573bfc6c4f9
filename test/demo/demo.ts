// `npm run demo`: the whole way of a number without an account. A stand-in claude.ai on which hours pass in seconds, a
// real Chromium with the built extension, the bridge, and this terminal. Everything lives in temporary folders.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { runCli } from "../harness/program.ts";
import { createWorld, type World } from "../harness/world.ts";
import { playUsage } from "../stand-in/play.ts";

const { values } = parseArgs({
  options: {
    // How long to run; without it until Ctrl-C.
    seconds: { type: "string" },
    // How many claude.ai seconds pass in one.
    speed: { type: "string", default: "600" },
    // A window to look at, where there is a screen.
    window: { type: "boolean" },
    // Where to leave a picture of the popup at the end.
    screenshot: { type: "string" },
  },
});

const STEP_MS = 1_000;
const endMs = values.seconds === undefined ? Number.POSITIVE_INFINITY : Date.now() + Number(values.seconds) * 1_000;
let isStopping = false;
process.once("SIGINT", () => {
  isStopping = true;
});

function play(world: World, elapsedMs: number): void {
  const pace = { nowMs: Date.now(), random: Math.random, speed: Number(values.speed) };
  for (const organisation of world.standIn.accounts.flatMap((account) => account.organisations)) {
    organisation.usage = playUsage(organisation.usage, elapsedMs, pace);
  }
}

async function show(world: World, note: string): Promise<void> {
  const table = await runCli(world.bridge.home, process.stdout.isTTY ? [] : ["--no-color"]);
  const clear = process.stdout.isTTY ? "\u001b[H\u001b[2J" : "";
  process.stdout.write(`${clear}${note}\n\n${table.stdout}${table.stderr}\n`);
}

process.stdout.write("Starting a stand-in claude.ai, the bridge and Chromium …\n");
const world = await createWorld().catch((error: unknown) => {
  throw new Error("the demo could not start; is another bridge running? `claude-meter bridge stop` ends it", {
    cause: error,
  });
});
try {
  const browser = await world.openBrowser({ headless: values.window !== true });
  await browser.login("alice");
  // Unpacked extensions may have an alarm more often than twice a minute; a demo has no minute to wait.
  await browser.popup.evaluate(() => chrome.alarms.create("poll", { when: Date.now(), periodInMinutes: 1 / 30 }));
  let lastMs = Date.now();
  while (!isStopping && Date.now() < endMs) {
    play(world, Date.now() - lastMs);
    lastMs = Date.now();
    await show(world, `Demo: ten minutes pass each second, polled every 2 s. Ctrl-C ends it.`);
    await sleep(STEP_MS);
  }
  if (values.screenshot !== undefined) await browser.popup.screenshot({ path: values.screenshot, fullPage: true });
} finally {
  process.stdout.write("Closing everything …\n");
  await world.close();
}
