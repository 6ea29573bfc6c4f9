// `watch` in a real terminal with a real bridge: what it shows, that it follows, and that it leaves nothing behind.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import type { Snapshot } from "../../shared/snapshot.ts";
import { toIso } from "../../shared/time.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { type PairedBrowser, pairBrowser } from "../harness/paired-browser.ts";
import { CLI_PATH, runCli } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";
import { openTmux, type Tmux } from "../harness/tmux.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createSnapshot, createStatus, createStoredRow, createUsageWindow } from "../shared/wire-examples.ts";

const HOUR = 3_600_000;

let home: string;
let daemon: Daemon | undefined;
let tmux: Tmux | undefined;

test.beforeEach(async ({ folder }) => {
  home = folder;
});

afterEach(async () => {
  await tmux?.close();
  await daemon?.stop();
  tmux = undefined;
  daemon = undefined;
});

function read(utilization: number, more: Partial<Snapshot> = {}): Snapshot {
  const windows = [createUsageWindow({ utilization, resets_at: toIso(Date.now() + 2 * HOUR) })];
  return createSnapshot({ fetched_at: toIso(Date.now()), org_name: "Example Team", windows, ...more });
}

async function startBridge(): Promise<PairedBrowser> {
  daemon = await startDaemon({ home });
  return await pairBrowser(daemon);
}

/** In a shell that says how it ended, under a line that stood there before. */
async function watch(options: { size?: readonly [number, number]; environment?: Record<string, string> } = {}) {
  const { size: [columns, lines] = [80, 24], environment = {} } = options;
  const own = `'${process.execPath}' '${CLI_PATH}' watch`;
  tmux = await openTmux(`echo before; ${own}; echo "code $?"; sleep 1000`, {
    columns,
    lines,
    environment: { CLAUDE_METER_HOME: home, TZ: "UTC", ...environment },
  });
  return tmux;
}

const plain = { alternateScreen: false, cursor: true, wrap: true };

test("where there is no terminal it says what to use instead: 64", async () => {
  const ended = await runCli(home, ["watch"]);
  expect(ended).toMatchObject({ code: 64, stdout: "" });
  expect(ended.stderr).toContain("claude-meter --json");
});

describe.runIf(requireTool("tmux"))("in tmux", () => {
  describe("it follows the bridge", () => {
    test("each reading is on the screen, and what it means among the events", async () => {
      const browser = await startBridge();
      await browser.report([read(42)]);
      const screen = await watch();
      await screen.shows("Example Team", "5-hour", "42 %", "binds", "live");
      await browser.report([read(85)]);
      await screen.shows("85 %", "5-hour passed 80 %, is 85 %");
      const reset = [createUsageWindow({ utilization: 3, resets_at: toIso(Date.now() + 5 * HOUR) })];
      await browser.report([read(3, { windows: reset })]);
      await screen.shows("5-hour reset, was 85 %");
      await browser.report([], { state: "signed-out" });
      await screen.shows("Chrome: signed-out");
    });

    test("what was seen before it began is in its sparklines", async () => {
      const browser = await startBridge();
      const seen = Array.from({ length: 24 }, (_none, index) =>
        read(4 * index, { fetched_at: toIso(Date.now() - (24 - index) * 10 * 60_000) }),
      );
      await browser.report([...seen, read(96)]);
      const screen = await watch();
      await waitFor(
        async () => (await screen.readScreen()).join("\n"),
        (shown) => /▁+▂+▃+▄+▅+▆+▇+/.test(shown),
      );
    });

    test("a bridge that dies is told with the age of the values, and one that comes back is found", async () => {
      const browser = await startBridge();
      await browser.report([read(42)]);
      const screen = await watch();
      await screen.shows("42 %", "live");
      if (daemon) process.kill(daemon.pid, "SIGKILL");
      await screen.shows("bridge not running, values", "42 %", "the bridge");
      daemon = await startDaemon({ home });
      await screen.shows("live", "the bridge is back");
      await (await pairBrowser(daemon)).report([read(57)]);
      await screen.shows("57 %");
    });

    test("a bridge that stops is not held up", async () => {
      const browser = await startBridge();
      await browser.report([read(42)]);
      const screen = await watch();
      await screen.shows("live");
      expect(await daemon?.stop()).toBe(0);
      await screen.shows("the bridge has stopped");
    });

    test("without a bridge an old value is shown as old", async () => {
      const row = createStoredRow({ fetched_at: toIso(Date.now() - HOUR), org_name: "Example Team" });
      await writeFile(join(home, "status.json"), JSON.stringify(createStatus({ rows: [row] })));
      const screen = await watch();
      await screen.shows("Example Team", "STALE, 1 h", "bridge not running, values 1 h");
    });

    test("without a bridge and without a value it says how to begin", async () => {
      await (await watch({ size: [40, 10] })).shows("claude-meter bridge start", "q quit");
    });
  });

  describe("it leaves the terminal as it was", () => {
    const ends: { name: string; act: (screen: Tmux) => Promise<void>; words: string }[] = [
      { name: "by q", act: (screen) => screen.type("q"), words: "code 0" },
      { name: "by Ctrl-C", act: (screen) => screen.type("C-c"), words: "code 130" },
    ];

    test.each(ends)("$name", async ({ act, words }) => {
      await (await startBridge()).report([read(42)]);
      const screen = await watch();
      await screen.shows("42 %", "live");
      expect(await screen.readModes()).toEqual({ alternateScreen: true, cursor: false, wrap: false });
      await act(screen);
      expect(await screen.shows("before", words)).not.toContain("42 %");
      expect(await screen.readModes()).toEqual(plain);
    });

    test.each(["SIGTERM", "SIGHUP"])("by %s, whose end it dies", async (signal) => {
      const own = `'${process.execPath}' '${CLI_PATH}' watch & echo $! > '${home}/pid'; wait $!; echo "code $?"; sleep 1000`;
      const environment = { CLAUDE_METER_HOME: home };
      tmux = await openTmux(own, { columns: 80, lines: 24, environment });
      await tmux.shows("bridge not running");
      process.kill(await readPid(), signal);
      await tmux.shows(signal === "SIGTERM" ? "code 143" : "code 129");
      expect(await tmux.readModes()).toEqual(plain);
    });

    test("while Ctrl-Z has stopped it, and goes on when it may", async () => {
      await (await startBridge()).report([read(42)]);
      tmux = await openTmux(`CLAUDE_METER_HOME='${home}' bash --norc --noprofile -i`, {
        columns: 80,
        lines: 24,
        environment: { PS1: "ready> " },
      });
      await tmux.shows("ready>");
      await tmux.type(`'${process.execPath}' '${CLI_PATH}' watch`, "Enter");
      await tmux.shows("42 %", "live");
      await tmux.type("C-z");
      expect((await tmux.shows("Stopped", "ready>")).join()).not.toContain("42 %");
      expect(await tmux.readModes()).toEqual(plain);
      await tmux.type("fg", "Enter");
      await tmux.shows("42 %", "live");
      await tmux.type("q");
      expect((await tmux.shows("Stopped", "fg", "ready>")).join()).not.toContain("42 %");
      expect(await tmux.readModes()).toEqual(plain);
    });

    test("by a defect, whose words can be read", async () => {
      await writeFile(join(home, "boom.cjs"), 'setTimeout(() => { throw new Error("boom"); }, 1500);');
      const screen = await watch({ environment: { NODE_OPTIONS: `--require=${join(home, "boom.cjs")}` } });
      await screen.shows("before", "internal error", "boom", "code 70");
      expect(await screen.readModes()).toEqual(plain);
    });
  });

  describe("whatever the size", () => {
    test.each([
      [40, 10],
      [80, 24],
      [200, 50],
      [20, 4],
    ])("%i x %i: the account on the first line, the keys or the bridge on the last", async (columns, lines) => {
      await (await startBridge()).report([read(42)]);
      const screen = await watch({ size: [columns, lines] });
      const shown = await screen.shows("Example", "live");
      expect(shown).toHaveLength(lines);
      expect(shown[0]).toContain("Example");
    });

    test("it is painted anew when that changes, and what does not fit is scrolled to", async () => {
      const browser = await startBridge();
      const ids = ["five_hour", "seven_day", "seven_day_opus", "seven_day_sonnet", "seven_day_oauth_apps"];
      const windows = ids.map((id, index) =>
        createUsageWindow({ id, label: `Window ${index}`, utilization: 10 + index }),
      );
      await browser.report([read(42, { windows })]);
      const screen = await watch();
      await screen.shows("Window 0", "Window 4");
      await screen.resize(40, 8);
      await screen.shows("Window 0", "scroll");
      expect((await screen.readScreen()).join("\n")).not.toContain("Window 4");
      await screen.type("j", "j", "Down", "Down", "Down");
      await screen.shows("Window 4");
      await screen.type("k", "k", "k", "Up", "Up", "Up", "Up");
      await screen.shows("Window 0");
      await screen.resize(200, 30);
      const wide = await screen.shows("Window 0", "Window 4");
      expect(wide.filter((line) => line.includes("Window"))).toHaveLength(5);
    });
  });

  test("a name that acts is only a name", async () => {
    const canary = join(home, "x");
    const browser = await startBridge();
    const name = `#(touch ${canary})\u001b[2J\u001b]0;99\u0007\u202e\n${"界".repeat(100)}`;
    await browser.report([read(42, { org_name: name, account_email: `${name.slice(0, 40)}@example.com` })]);
    const screen = await watch({ size: [60, 12] });
    const shown = await screen.shows("touch", "42 %", "live");
    expect(shown).toHaveLength(12);
    expect(shown[1]).toContain("5-hour");
    expect(existsSync(canary)).toBe(false);
  });
});

async function readPid(): Promise<number> {
  const text = await waitFor(
    () => readFile(join(home, "pid"), "utf8").catch(() => ""),
    (each) => each.trim() !== "",
  );
  return Number(text);
}
