// `claude-meter bridge run`: what a newcomer sees from the first start to the first number, and the end by Ctrl-C.
import { spawn } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { findFreePort } from "../harness/free-port.ts";
import { pairBrowser } from "../harness/paired-browser.ts";
import { CLI_PATH, startCli } from "../harness/program.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";

let home: string;
let port: number;
let environment: Record<string, string>;

test.beforeEach(async ({ folder }) => {
  home = folder;
  port = await findFreePort();
  environment = { CLAUDE_METER_HOME: home, CLAUDE_METER_PORT: String(port) };
});

function createReading() {
  const resets_at = new Date(Date.now() + 3_600_000).toISOString();
  return createSnapshot({ fetched_at: new Date().toISOString(), windows: [createUsageWindow({ resets_at })] });
}

test("into a file it prints the three steps, then that it waits, then the first reading", async () => {
  const running = startCli(home, ["bridge", "run"], { environment });
  await running.hasPrinted("waiting for the extension …\n");
  const before = running.stdout();
  expect(before).toMatch(/1\. open chrome:.*2\. switch on.*3\. click "Load unpacked".*waiting for the extension …\n$/s);

  const browser = await pairBrowser({ home, port });
  await browser.report([], { state: "signed-out" });
  await running.hasPrinted("signed out of claude.ai");
  await browser.report([createReading()]);
  await running.hasPrinted("5-hour 42 %");
  running.kill("SIGINT");
  expect(await running.ended).toMatchObject({ code: 0, signal: null });
  expect(running.stderr()).toMatch(/ stopped\n$/);
});

test("once a browser is paired there is nothing to load, and it says so", async () => {
  const first = startCli(home, ["bridge", "run"], { environment });
  await first.hasPrinted("waiting");
  await pairBrowser({ home, port });
  first.kill("SIGTERM");
  await first.ended;

  const second = startCli(home, ["bridge", "run"], { environment });
  await second.hasPrinted("waiting for the extension …\n");
  expect(second.stdout()).toMatch(/^Paired with .*: nothing to load\.\n/);
  second.kill("SIGTERM");
  expect(await second.ended).toMatchObject({ code: 0, signal: null });
});

test("in a terminal the live line stays last, and Ctrl-C closes the bridge as a stop does", async () => {
  const child = spawn("script", ["-qec", `exec "${process.execPath}" "${CLI_PATH}" bridge run`, "/dev/null"], {
    env: { ...process.env, ...environment },
    stdio: ["pipe", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    shown += text;
  });
  const code = new Promise((resolve) => child.on("close", resolve));
  const has = (words: RegExp) =>
    waitFor(
      async () => shown,
      (text) => words.test(text),
    );
  await has(/waiting for the extension …\r\n/);
  await pairBrowser({ home, port });
  // Cleared, the line of the log, and the live line again below it.
  await has(/\[1A.\[J[^\n]* paired [^\n]*\r\nwaiting for the extension …\r\n$/);
  child.stdin.write("\u0003");
  expect(await code).toBe(0);
  expect(shown).toMatch(/waiting for the extension …\r\n\^C\r\n\S+ stopped\r\n$/);
  expect(await readFile(join(home, "bridge.log"), "utf8")).toMatch(/ stopped\n$/);
});

test("what ends it is told in the terminal and stays in bridge.log", async () => {
  await mkdir(join(home, "bridge.sock"));
  const { code, stderr } = await startCli(home, ["bridge", "run"], { environment }).ended;
  expect(code).toBe(70);
  expect(stderr).toContain("bridge.sock is in the place of the bridge's socket: remove it.");
  expect(await readFile(join(home, "bridge.log"), "utf8")).toContain(
    "bridge.sock is in the place of the bridge's socket: remove it.",
  );
});
