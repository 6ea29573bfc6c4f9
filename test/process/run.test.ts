// `claude-meter run` as a process: what it passes on, what it ends with, and what it says at a limit.
import { createHash } from "node:crypto";
import { chmod, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createRunHome, type RunHome, script, standIn } from "../harness/run-home.ts";
import { startCli } from "../harness/start-cli.ts";
import { waitFor } from "../harness/wait-for.ts";
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
    expect(run.stderr()).toBe("claude-meter: no-such-command-anywhere can not be started: ENOENT\n");
  });

  test("a file that can not be run is 126", async () => {
    const file = join(home.folder, "plain");
    await writeFile(file, "text");
    await chmod(file, 0o600);
    const run = home.run(["--", file]);
    expect(await run.ended).toEqual({ code: 126, signal: null });
  });

  test.each([
    { args: ["echo"], words: "put the command behind --" },
    { args: ["--"], words: "there is no command behind --" },
    { args: ["--max-restarts", "3/h", "--", "echo"], words: "go with --resume" },
    { args: ["--resume", "--max-restarts", "3", "--", "echo"], words: "such as 3/h" },
    { args: ["--end-after", "soon", "--", "echo"], words: "--end-after" },
    { args: ["--status-file", "/no/such/folder/file", "--", "echo"], words: "can not be written" },
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

describe("at a limit, one line and exit code 75", () => {
  const resetsAt = Math.round(Date.now() / 1000) + 2 * 3600 + 11 * 60 + 20;
  const weekly = { status: "rejected", rateLimitType: "seven_day", resetsAt };
  const event = `${JSON.stringify({ type: "rate_limit_event", rate_limit_info: weekly })}\n`;
  const toResult = (result: string, status: number | null = 429) =>
    JSON.stringify({ type: "result", subtype: "success", is_error: true, api_error_status: status, result });

  test.each([
    {
      name: "stream-json",
      out: event,
      code: 1,
      line: /^Claude weekly limit reached, resets .* \(in 2 h 1[12] min\); stopping\n$/,
    },
    { name: "even with a good exit code", out: event, code: 0, line: /^Claude weekly limit reached, resets / },
    {
      name: "json",
      out: `${toResult("You've hit your session limit")}\n`,
      code: 1,
      line: /^Claude 5-hour limit reached, resets /,
    },
    {
      name: "text",
      out: "You've hit your Opus limit · resets 3:45pm\n",
      code: 1,
      line: /^Claude weekly Opus limit reached, resets .*45 \(in .*\); stopping\n$/,
    },
    {
      name: "out of credits",
      out: `${toResult("You're out of extra usage", 400)}\n`,
      code: 1,
      line: /^Claude needs a person, not time: "You're out of extra usage"; stopping\n$/,
    },
    {
      name: "an API key",
      out: "Credit balance is too low\n",
      code: 1,
      line: /^Claude needs a person, not time: "Credit balance is too low"; stopping\n$/,
    },
  ])("$name", async ({ out, code, line }) => {
    const run = home.run(["--", ...script({ out }, { code })]);
    expect(await run.ended).toEqual({ code: 75, signal: null });
    expect(run.stdout().toString()).toBe(out);
    expect(run.stderr()).toMatch(line);
  });

  test("on stderr as well", async () => {
    const run = home.run([
      "--",
      ...script({ err: "You've hit your weekly limit · resets Mon 12:00am\n" }, { code: 1 }),
    ]);
    expect((await run.ended).code).toBe(75);
    expect(run.stderr()).toMatch(/^You've hit .*\nClaude weekly limit reached, resets .*; stopping\n$/);
  });

  test("on a line of its own, also after a line that was not finished", async () => {
    const run = home.run(["--", ...script({ out: event }, { err: "cleaning up…" }, { code: 1 })]);
    expect((await run.ended).code).toBe(75);
    expect(run.stderr()).toMatch(/^cleaning up…\nClaude weekly limit reached, .*\n$/);
  });

  test.each([
    {
      name: "a throttle",
      out: toResult("API Error: Request rejected (429) · …"),
      line: "the server throttled the command",
    },
    {
      name: "an overload",
      out: toResult("API Error: Repeated 529 Overloaded errors", 529),
      line: "the server was overloaded",
    },
  ])("but $name is the command's own end, with a word", async ({ out, line }) => {
    const run = home.run(["--", ...script({ out: `${out}\n` }, { code: 1 })]);
    expect(await run.ended).toEqual({ code: 1, signal: null });
    expect(run.stderr()).toContain(line);
  });

  test("a 429 without a name is the plan limit when the meter shows a full window", async () => {
    const calm = toCalm();
    await writeStatus(home.folder, { ...calm, weekly: { ...calm.weekly, utilization: 100 } });
    const args = [
      "--max",
      "110",
      "--",
      ...script({ out: `${toResult("API Error: Request rejected (429)")}\n` }, { code: 1 }),
    ];
    const run = home.run(args);
    expect((await run.ended).code).toBe(75);
    expect(run.stderr()).toMatch(/^Claude weekly limit reached, resets /);
  });

  test.each([
    { name: "a failed login", out: `${toResult("Failed to authenticate: OAuth session expired", null)}\n`, code: 1 },
    { name: "prose that ends well", out: "You've hit your weekly limit · resets Mon 12:00am\n", code: 0 },
    { name: "prose in a failing command", out: "The docs say: You've hit your weekly limit · resets 3pm\n", code: 4 },
  ])("and $name is none", async ({ out, code }) => {
    const run = home.run(["--", ...script({ out }, { code })]);
    expect(await run.ended).toEqual({ code, signal: null });
    expect(run.stderr()).toBe("");
  });

  test("an agent that stays after its limit is ended in bounded time", async () => {
    const run = home.run(["--end-after", "1s", "--", ...script({ out: event }, { stay: true })]);
    expect(await run.ended).toEqual({ code: 75, signal: null });
  });

  test("an agent that goes on by itself is left alone", async () => {
    const gate = join(home.folder, "gate");
    const spoken = { type: "assistant", message: { model: "claude-opus-5", content: [] } };
    const done = { type: "result", subtype: "success", is_error: false, result: "done" };
    const steps = script(
      { out: `${event}${JSON.stringify(spoken)}\n` },
      { waitFor: gate },
      { out: `${JSON.stringify(done)}\n` },
    );
    const run = home.run(["--end-after", "1s", "--", ...steps]);
    await run.hasPrinted("claude-opus-5");
    await hasPassed(1_500);
    await writeFile(gate, "");
    expect(await run.ended).toEqual({ code: 0, signal: null });
    expect(run.stderr()).toBe("");
  });
});

/** For what must not happen in a while: then the time itself is the condition. */
async function hasPassed(ms: number): Promise<void> {
  const startedMs = performance.now();
  await waitFor(
    () => performance.now() - startedMs,
    (passedMs) => passedMs >= ms,
  );
}

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
