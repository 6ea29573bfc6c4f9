// Five agents in five tmux panes share one quota: all stop before the wall, none in the middle of a step, and all go on
// after the reset. Real tmux, real guard processes, the real extension and bridge; only claude.ai and the agents play.
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { toIso } from "../../shared/time.ts";
import { CLI_PATH } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createWorld, type World } from "../harness/world.ts";

const PANES = 5;
const POLL_MS = 2_000;
const STEP_SECONDS = 0.4;
/** From the first step to the reset of the 5-hour window. */
const RESET_AFTER_MS = 22_000;

type Line = { atMs: number; pane: string; what: string };

let world: World;
let log: string;
const socket = `claude-meter-test-${process.pid}`;

beforeEach(async () => {
  world = await createWorld();
  log = join(world.bridge.home, "timeline.log");
  appendFileSync(log, "");
});

afterEach(async () => {
  tmux("kill-server");
  await world.close();
});

function tmux(...args: string[]): void {
  try {
    execFileSync("tmux", ["-L", socket, "-f", "/dev/null", ...args], { stdio: "ignore" });
  } catch (error) {
    // Ending a server that has ended already is no trouble.
    if (args[0] !== "kill-server") throw error;
  }
}

function readTimeline(): Line[] {
  const lines = readFileSync(log, "utf8").trim().split("\n").filter(Boolean);
  return lines.map((line) => {
    const [seconds = "", pane = "", what = ""] = line.split(" ");
    return { atMs: Number(seconds) * 1000, pane, what };
  });
}

/** What an agent's owner writes: ask, do a step, ask again. */
function writeAgent(): string {
  const path = join(world.bridge.home, "agent.sh");
  const guard = `"${process.execPath}" "${CLI_PATH}" guard --max 90 --grace 0s --spread 2s`;
  writeFileSync(
    path,
    `#!/bin/sh
say() { echo "$(date +%s.%N) $1 $2" >> "${log}"; }
while [ ! -e "${world.bridge.home}/enough" ]; do
  ${guard} || { say "$1" "refused-$?"; exit 1; }
  say "$1" start
  sleep ${STEP_SECONDS}
  say "$1" end
done
say "$1" finished
`,
    { mode: 0o700 },
  );
  return path;
}

function setSession(utilization: number, resetsAtMs: number): void {
  for (const organisation of world.standIn.accounts.find((each) => each.name === "alice")?.organisations ?? []) {
    if (organisation.usage.five_hour) organisation.usage.five_hour = { utilization, resets_at: toIso(resetsAtMs) };
  }
}

test.runIf(requireTool("tmux"))(
  "five panes stop within one poll of the threshold, finish their step, and go on after the reset",
  async () => {
    const browser = await world.openBrowser();
    await browser.login("alice");
    const resetMs = Date.now() + RESET_AFTER_MS;
    setSession(80, resetMs);
    await browser.popup.evaluate(
      (minutes) => chrome.alarms.create("poll", { when: Date.now(), periodInMinutes: minutes }),
      POLL_MS / 60_000,
    );
    await waitFor(world.bridge.readRows, ([row]) => row?.windows[0]?.utilization === 80);

    const agent = writeAgent();
    const environment = ["-e", `CLAUDE_METER_HOME=${world.bridge.home}`, "-e", `HOME=${world.bridge.home}`];
    for (let pane = 1; pane <= PANES; pane += 1) {
      const place = pane === 1 ? ["new-session", "-d", "-x", "200", "-y", "60"] : ["new-window", "-d"];
      tmux(...place, ...environment, `${agent} pane${pane}`);
    }
    await waitFor(readTimeline, (lines) => new Set(lines.map(({ pane }) => pane)).size === PANES);

    // The agents' work fills the window: over the threshold from here on.
    const overMs = Date.now();
    setSession(93, resetMs);
    await waitFor(
      () => Date.now() - Math.max(...readTimeline().map(({ atMs }) => atMs)),
      (quietMs) => quietMs > 3_000,
    );
    const stopped = readTimeline();

    await waitFor(
      () => Date.now(),
      (nowMs) => nowMs > resetMs,
      RESET_AFTER_MS + 60_000,
    );
    setSession(3, resetMs + 5 * 3_600_000);
    await waitFor(
      () => new Set(readTimeline().flatMap(({ atMs, pane }) => (atMs > resetMs ? [pane] : []))).size,
      (panes) => panes === PANES,
    );
    writeFileSync(join(world.bridge.home, "enough"), "");
    await waitFor(readTimeline, (lines) => lines.filter(({ what }) => what === "finished").length === PANES);

    const timeline = readTimeline();
    const seconds = (atMs: number) => ((atMs - overMs) / 1000).toFixed(1).padStart(6);
    console.log(`five panes, seconds from the moment the quota passed 90 % (reset at ${seconds(resetMs)}):`);
    for (let pane = 1; pane <= PANES; pane += 1) {
      const own = timeline.filter((line) => line.pane === `pane${pane}`);
      const before = own.filter(({ atMs }) => atMs <= resetMs);
      const after = own.find(({ atMs, what }) => atMs > resetMs && what === "start");
      console.log(
        `  pane ${pane}: last step ended ${seconds(before.at(-1)?.atMs ?? 0)}, went on ${seconds(after?.atMs ?? 0)}`,
      );
    }

    // Every step that began has ended, and nobody was refused: they waited.
    expect(timeline.filter(({ what }) => what === "start").length).toBe(
      timeline.filter(({ what }) => what === "end").length,
    );
    expect(timeline.filter(({ what }) => what.startsWith("refused"))).toEqual([]);
    // One poll, and the step that was under way; the rest is what starting processes takes on a busy machine.
    const lastStartMs = Math.max(...stopped.filter(({ what }) => what === "start").map(({ atMs }) => atMs));
    expect(lastStartMs - overMs).toBeLessThan(POLL_MS + 10_000);
    const between = timeline.filter(({ atMs, what }) => what === "start" && atMs > lastStartMs && atMs <= resetMs);
    expect(between).toEqual([]);
    expect(existsSync(join(world.bridge.home, "status.json"))).toBe(true);
  },
);
