// `claude-meter run` as a process: what it passes on, what it ends with, and the gate before it.
import { createHash } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { hasPassed } from "../harness/has-passed.ts";
import { createRunHome, type RunHome, script, standIn } from "../harness/run-home.ts";
import { startCli } from "../harness/start-cli.ts";
import { toCalm, writeStatus } from "../harness/write-status.ts";

const TEN_MEGABYTES = 10_000_000;

let home: RunHome;
beforeEach(async () => {
  home = await createRunHome();
});
afterEach(() => home.remove());

describe("what the command prints", () => {
  test("passes through byte for byte, ten megabytes of it on each output", async () => {
    const run = home.run(["--", ...standIn("noise", String(TEN_MEGABYTES), "7")]);
    const stderr: Buffer[] = [];
    run.child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(toDigest(run.stdout())).toEqual(toDigest(toNoise(TEN_MEGABYTES, 7)));
    expect(toDigest(Buffer.concat(stderr))).toEqual(toDigest(toNoise(TEN_MEGABYTES, 8)));
  });

  test("reaches a reader that pauses for longer than a run lingers", async () => {
    const run = home.run(["--", ...standIn("noise", "700000", "9")]);
    run.child.stdout?.pause();
    await hasPassed(3_000);
    run.child.stdout?.resume();
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(toDigest(run.stdout())).toEqual(toDigest(toNoise(700_000, 9)));
  });

  test("comes when it is printed, not at the end", async () => {
    const gate = join(home.folder, "gate");
    const run = home.run(["--", ...script({ out: "half a line" }, { waitFor: gate }, { code: 0 })]);
    await run.hasPrinted("half a line");
    await writeFile(gate, "");
    expect((await run.ended).code).toBe(0);
  });

  test("may be cut by a reader that goes away: the command notices, and nothing is said", async () => {
    const run = home.run(["--", "sh", "-c", "yes; exit 7"]);
    await run.hasPrinted("y");
    run.child.stdout?.destroy();
    expect(await run.ended).toEqual({ code: 7, signal: null });
    expect(run.stderr()).toMatch(/^(yes: .*\n)?$/);
  });

  test("is not touched by our own options behind --", async () => {
    const run = home.run(["--", "echo", "--help", "--json", "--", "-h"]);
    expect((await run.ended).code).toBe(0);
    expect(run.stdout().toString()).toBe("--help --json -- -h\n");
  });
});

test("the command reads our stdin", async () => {
  const run = home.run(["--", "cat"], { stdin: "pipe" });
  run.child.stdin?.end("Grüße\u0000\n");
  expect((await run.ended).code).toBe(0);
  expect(run.stdout().toString()).toBe("Grüße\u0000\n");
});

describe("the command's own end is ours", () => {
  test.each([0, 1, 3, 69, 75, 130, 255])("exit code %i", async (code) => {
    const run = home.run(["--", ...script({ code })]);
    expect(await run.ended).toEqual({ code, signal: null });
    expect(run.stderr()).toBe("");
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGKILL"])("death by %s", async (signal) => {
    const run = home.run(["--", ...script({ signal })]);
    expect(await run.ended).toEqual({ code: null, signal });
  });

  test.each([
    ["SIGABRT", 134],
    ["SIGSEGV", 139],
    ["SIGPIPE", 141],
  ])("death by %s is exit code %i, as a shell reports it", async (signal, code) => {
    const run = home.run(["--", "sh", "-c", `kill -${signal.slice(3)} $$`]);
    expect(await run.ended).toEqual({ code, signal: null });
  });

  test("a command that does not exist is 127", async () => {
    const run = home.run(["--", "no-such-command-anywhere"]);
    expect(await run.ended).toEqual({ code: 127, signal: null });
    expect(run.stderr()).toBe("claude-meter: no-such-command-anywhere: command not found\n");
  });

  test("a file that can not be run is 126", async () => {
    const file = join(home.folder, "plain");
    await writeFile(file, "text");
    await chmod(file, 0o600);
    const run = home.run(["--", file]);
    expect(await run.ended).toEqual({ code: 126, signal: null });
  });

  test.each([
    { args: ["echo"], words: "missing --: write the command after it" },
    { args: ["--"], words: "missing command after --" },
    { args: ["--max-restarts", "3/h", "--", "echo"], words: "need --resume" },
    { args: ["--resume", "--max-restarts", "3", "--", "echo"], words: "such as 3/h" },
    { args: ["--end-after", "soon", "--", "echo"], words: "--end-after" },
    { args: ["--status-file", "/no/such/folder/file", "--", "echo"], words: "cannot be written" },
  ])("a wrong command line is 64: $words", async ({ args, words }) => {
    const run = home.run(args);
    expect((await run.ended).code).toBe(64);
    expect(run.stderr()).toContain(words);
    expect(run.stdout().length).toBe(0);
  });
});

describe("the gate comes first", () => {
  test("over the limit, nothing is started and the exit code is 75", async () => {
    const calm = toCalm();
    await writeStatus(home.folder, { ...calm, weekly: { ...calm.weekly, utilization: 95 } });
    const run = home.run(["--no-wait", "--", "echo", "started"]);
    expect((await run.ended).code).toBe(75);
    expect(run.stdout().length).toBe(0);
    expect(run.stderr().trimEnd().split("\n")).toHaveLength(1);
    expect(await home.readRun()).toMatchObject({ state: "failed", exit_code: 75 });
  });

  test("without data, nothing is started and the exit code is 69", async () => {
    const empty = join(home.folder, "empty");
    const run = startCli(["run", "--no-wait", "--", "echo", "started"], { home: empty });
    expect((await run.ended).code).toBe(69);
    expect(run.stdout().length).toBe(0);
  });

  test("without data, --on-unknown go starts", async () => {
    const empty = join(home.folder, "empty");
    const run = startCli(["run", "--on-unknown", "go", "--", "echo", "started"], { home: empty });
    expect((await run.ended).code).toBe(0);
    expect(run.stdout().toString()).toBe("started\n");
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
