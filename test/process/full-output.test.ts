// A stdout that takes nothing, as on a full disk: one plain line on stderr, never a stack, never a go.
import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { platform } from "node:os";
import { describe, expect } from "vitest";
import type { Home } from "../harness/home.ts";
import { CLI_PATH } from "../harness/program.ts";
import { createUsualRow } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";

const WORDS = "claude-meter: cannot write to stdout: no space left on device.\n";
let claude: Home;

test.beforeEach(async ({ home }) => {
  claude = home;
  await claude.login();
  await claude.publish(createUsualRow(97, 28));
});

/** With /dev/full as stdout, as stderr, or both. */
function runFull(args: readonly string[], full: { stdout?: boolean; stderr?: boolean }) {
  const device = openSync("/dev/full", "w");
  const { status, stderr } = spawnSync(process.execPath, [CLI_PATH, ...args], {
    env: { ...process.env, CLAUDE_METER_HOME: claude.folder, CLAUDE_CONFIG_DIR: claude.folder },
    stdio: ["ignore", full.stdout ? device : "pipe", full.stderr ? device : "pipe"],
    encoding: "utf8",
  });
  closeSync(device);
  return { code: status, stderr };
}

describe.runIf(platform() === "linux")("on a full disk", () => {
  test.each([["line"], ["statusline"]])("%s ends with 0, as always", (command) => {
    expect(runFull([command], { stdout: true })).toEqual({ code: 0, stderr: WORDS });
    expect(runFull([command, "--wrong"], { stdout: true, stderr: true }).code).toBe(0);
  });

  test.each([
    ["the table", []],
    ["--json", ["--json"]],
    ["help", ["help"]],
    ["the version", ["--version"]],
    ["accounts", ["accounts"]],
    ["a hook", ["hook", "pre-tool"]],
    ["doctor", ["doctor", "--json"]],
  ])("%s ends with 70 and says why", (_name, args) => {
    expect(runFull(args, { stdout: true })).toEqual({ code: 70, stderr: WORDS });
  });

  test.each([
    ["over the limit", 97],
    ["below it", 20],
  ])("guard --json is no go, %s", async (_name, utilization) => {
    await claude.publish(createUsualRow(utilization, 28));
    const { code, stderr } = runFull(["guard", "--no-wait", "--json"], { stdout: true });
    expect(code).toBe(70);
    expect(stderr).toContain(WORDS);
    expect(stderr).not.toContain("defect");
  });

  test("a stderr that takes nothing changes no exit code", () => {
    expect(runFull(["guard", "--no-wait"], { stderr: true }).code).toBe(75);
    expect(runFull(["guard", "--frobnicate"], { stderr: true }).code).toBe(64);
    expect(runFull(["line"], { stderr: true }).code).toBe(0);
  });
});
