// `claude-meter run` as a process: what it passes on, what it ends with, and the gate before it.
import { createHash } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { hasPassed } from "../harness/has-passed.ts";
import type { Home } from "../harness/home.ts";
import { startCli } from "../harness/program.ts";
import { createCalmRow, createUsualRow } from "../harness/recent-row.ts";
import { script, standIn } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";

const TEN_MEGABYTES = 10_000_000;

let home: Home;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
});

describe("what the command prints", () => {
  test("passes through byte for byte, ten megabytes of it on each output", async () => {
    const run = home.start(["run", "--", ...standIn("noise", String(TEN_MEGABYTES), "7")]);
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(toDigest(run.readBytes())).toEqual(toDigest(toNoise(TEN_MEGABYTES, 7)));
    expect(toDigest(run.readBytes("stderr"))).toEqual(toDigest(toNoise(TEN_MEGABYTES, 8)));
  });

  test("reaches a reader that pauses for longer than a run lingers", async () => {
    const run = home.start(["run", "--", ...standIn("noise", "700000", "9")]);
    run.child.stdout?.pause();
    await hasPassed(3_000);
    run.child.stdout?.resume();
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(toDigest(run.readBytes())).toEqual(toDigest(toNoise(700_000, 9)));
  });

  test("comes when it is printed, not at the end", async () => {
    const gate = join(home.folder, "gate");
    const run = home.start(["run", "--", ...script({ out: "half a line" }, { waitFor: gate }, { code: 0 })]);
    await run.hasPrinted("half a line");
    await writeFile(gate, "");
    expect((await run.ended).code).toBe(0);
  });

  test("may be cut by a reader that goes away: the command notices, and nothing is said", async () => {
    const run = home.start(["run", "--", "sh", "-c", "yes; exit 7"]);
    await run.hasPrinted("y");
    run.child.stdout?.destroy();
    expect(await run.ended).toMatchObject({ code: 7, signal: null });
    expect(run.stderr()).toMatch(/^(yes: .*\n)?$/);
  });

  test("is not touched by our own options behind --", async () => {
    const run = home.start(["run", "--", "echo", "--help", "--json", "--", "-h"]);
    expect((await run.ended).code).toBe(0);
    expect(run.stdout()).toBe("--help --json -- -h\n");
  });
});

test("the command reads our stdin", async () => {
  const run = home.start(["run", "--", "cat"], { stdin: "Grüße\u0000\n" });
  expect((await run.ended).code).toBe(0);
  expect(run.stdout()).toBe("Grüße\u0000\n");
});

describe("the command's own end is ours", () => {
  test.each([0, 1, 3, 69, 75, 130, 255])("exit code %i", async (code) => {
    const run = home.start(["run", "--", ...script({ code })]);
    expect(await run.ended).toMatchObject({ code, signal: null });
    expect(run.stderr()).toBe("");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"])("death by %s", async (signal) => {
    const run = home.start(["run", "--", ...script({ signal })]);
    expect(await run.ended).toMatchObject({ code: null, signal });
  });

  test.each([
    ["SIGABRT", 134],
    ["SIGSEGV", 139],
    ["SIGPIPE", 141],
  ])("death by %s is exit code %i, as a shell reports it", async (signal, code) => {
    const run = home.start(["run", "--", "sh", "-c", `kill -${signal.slice(3)} $$`]);
    expect(await run.ended).toMatchObject({ code, signal: null });
  });

  test("a command that does not exist is 127", async () => {
    const run = home.start(["run", "--", "no-such-command-anywhere"]);
    expect(await run.ended).toMatchObject({ code: 127, signal: null });
    expect(run.stderr()).toBe("claude-meter: no-such-command-anywhere: command not found\n");
  });

  test("a file that can not be run is 126", async () => {
    const file = join(home.folder, "plain");
    await writeFile(file, "text");
    await chmod(file, 0o600);
    const run = home.start(["run", "--", file]);
    expect(await run.ended).toMatchObject({ code: 126, signal: null });
  });

  test.each([
    { args: ["echo"], words: "missing --: write the command after it" },
    { args: ["--"], words: "missing command after --" },
    { args: ["--max-restarts", "3/h", "--", "echo"], words: "need --resume" },
    { args: ["--resume", "--max-restarts", "3", "--", "echo"], words: "such as 3/h" },
    { args: ["--end-after", "soon", "--", "echo"], words: "--end-after" },
    { args: ["--status-file", "/no/such/folder/file", "--", "echo"], words: "cannot be written" },
  ])("a wrong command line is 64: $words", async ({ args, words }) => {
    const run = home.start(["run", ...args]);
    expect((await run.ended).code).toBe(64);
    expect(run.stderr()).toContain(words);
    expect(run.stdout().length).toBe(0);
  });
});

describe("the gate comes first", () => {
  test("over the limit, nothing is started and the exit code is 75", async () => {
    await home.publish(createUsualRow(20, 95));
    const run = home.start(["run", "--no-wait", "--", "echo", "started"]);
    expect((await run.ended).code).toBe(75);
    expect(run.stdout().length).toBe(0);
    expect(run.stderr().trimEnd().split("\n")).toHaveLength(1);
    expect(await home.readRun()).toMatchObject({ state: "failed", exit_code: 75 });
  });

  test("without data, nothing is started and the exit code is 69", async () => {
    const empty = join(home.folder, "empty");
    const run = startCli(empty, ["run", "--no-wait", "--", "echo", "started"]);
    expect((await run.ended).code).toBe(69);
    expect(run.stdout().length).toBe(0);
  });

  test("without data, --on-unknown go starts", async () => {
    const empty = join(home.folder, "empty");
    const run = startCli(empty, ["run", "--on-unknown", "go", "--", "echo", "started"]);
    expect((await run.ended).code).toBe(0);
    expect(run.stdout()).toBe("started\n");
  });
});

function toDigest(bytes: Buffer): [number, string] {
  return [bytes.length, createHash("sha256").update(bytes).digest("hex")];
}

/** The same bytes that the stand-in prints. */
function toNoise(count: number, seed: number): Buffer {
  const bytes = Buffer.alloc(count);
  let state = seed;
  for (let index = 0; index < count; index += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    bytes[index] = state >>> 24;
  }
  return bytes;
}
