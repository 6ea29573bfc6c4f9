// `run --resume`: what is waited for, how long, and what ends the waiting.
import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { toIso } from "../../shared/time.ts";
import type { Home } from "../harness/home.ts";
import { playBrowser } from "../harness/play-browser.ts";
import { type Program, startCli } from "../harness/program.ts";
import { createCalmRow, createRecentRow } from "../harness/recent-row.ts";
import { type Step, script } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

let home: Home;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
});

/** A run on a machine without any reading: only the message can tell the time. */
function runWithoutMeter(args: readonly string[]): Program {
  return startCli(join(home.folder, "empty"), ["run", "--resume", "--on-unknown", "go", ...args]);
}

function toWords(run: Program): string[] {
  return run
    .stderr()
    .split("\n")
    .filter((line) => line !== "" && !line.includes("--on-unknown says"));
}

function toEvent(resetsMs: number): string {
  const info = { status: "rejected", rateLimitType: "five_hour", resetsAt: Math.ceil(resetsMs / 1000) };
  return `${JSON.stringify({ type: "rate_limit_event", rate_limit_info: info })}\n`;
}

function limited(out: string): string[] {
  const steps: Step[] = [{ out }, { code: 1 }];
  return script(...steps);
}

describe("without a meter, the message's own time counts", () => {
  test("and the command starts again after it, never before", async () => {
    const startedAt = join(home.folder, "started-at");
    const resetsMs = Date.now() + 2_000;
    const args = ["--grace", "1s", "--spread", "0s", "--resume-command", `date +%s%3N > '${startedAt}'; echo resumed`];
    const run = runWithoutMeter([...args, "--", ...limited(toEvent(resetsMs))]);
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(run.stdout()).toBe(`${toEvent(resetsMs)}resumed\n`);
    const againMs = Number(await readFile(startedAt, "utf8"));
    expect(againMs).toBeGreaterThanOrEqual(resetsMs + 1_000);
    expect(toWords(run)).toEqual([
      expect.stringMatching(/^Claude 5-hour limit reached, resets .*; waiting$/),
      "claude-meter: limit reset; restarting (restart 1)",
    ]);
  });

  test("but a command that hits it again and again trips the breaker", async () => {
    const line = toEvent(Date.now()).trimEnd();
    const again = `echo '${line}'; exit 1`;
    const args = ["--grace", "0s", "--spread", "0s", "--max-restarts", "2/h", "--resume-command", again];
    const run = runWithoutMeter([...args, "--", ...limited(toEvent(Date.now()))]);
    expect((await run.ended).code).toBe(75);
    expect(toWords(run).at(-1)).toMatch(/^Claude 5-hour limit reached, .*; stopping, because --max-restarts is 2\/h$/);
    expect(run.stdout().trimEnd().split("\n")).toHaveLength(3);
  });

  test("waiting long does not", async () => {
    const count = join(home.folder, "count");
    const again = [
      `echo x >> '${count}'`,
      `[ $(wc -l < '${count}') -ge 2 ] && exit 0`,
      `echo '${toEvent(Date.now()).trimEnd()}'`,
      "exit 1",
    ].join("; ");
    const args = ["--grace", "0s", "--spread", "0s", "--max-restarts", "2/h", "--resume-command", again];
    const run = runWithoutMeter([...args, "--", ...limited(toEvent(Date.now() + 1_000))]);
    expect((await run.ended).code).toBe(0);
  });
});

describe("what waiting does not fix is not waited for", () => {
  test.each([
    { name: "money", out: "Your org is out of usage · contact your admin\n", line: /someone has to act.*; stopping$/ },
    {
      name: "an unknown time, without a meter",
      out: "You've hit your weekly limit\n",
      line: /its reset time is unknown$/,
    },
    {
      name: "a time beyond --max-wait",
      out: toEvent(Date.now() + 3_600_000),
      line: /stopping, because --max-wait is 30 min$/,
    },
  ])("$name", async ({ out, line }) => {
    const run = runWithoutMeter(["--max-wait", "30m", "--", ...limited(out)]);
    expect((await run.ended).code).toBe(75);
    expect(toWords(run)).toEqual([expect.stringMatching(line)]);
  });

  test("a failure that is no limit", async () => {
    const run = runWithoutMeter(["--resume-command", "echo again", "--", ...script({ code: 9 })]);
    expect((await run.ended).code).toBe(9);
    expect(run.stdout().length).toBe(0);
  });
});

describe("with a meter", () => {
  test("the row tells the time that the message left out, and when it is over", async () => {
    const full = join(home.folder, "full");
    const isRead = join(home.folder, "is-read");
    const resetsMs = Date.now() + 4_000;
    const stopBrowser = playBrowser(home.folder, () => {
      if (!existsSync(full) || Date.now() >= resetsMs) return createCalmRow();
      const windows = [{ id: "seven_day", label: "Weekly", utilization: 100, resets_at: toIso(resetsMs) }];
      return createRecentRow({ ageMs: 0, windows });
    });
    const steps = script(
      { out: "started\n" },
      { waitFor: isRead },
      { out: "You've hit your weekly limit\n" },
      { code: 1 },
    );
    const args = ["--resume", "--grace", "1s", "--spread", "0s", "--resume-command", "echo resumed", "--", ...steps];
    const run = home.start(["run", ...args]);
    await run.hasPrinted("started");
    await writeFile(full, "");
    await waitFor(
      () => readFile(join(home.folder, "status.json"), "utf8"),
      (text) => text.includes('"utilization":100'),
    );
    await writeFile(isRead, "");
    const waiting = await home.waitForState("waiting");
    expect(waiting.limit).toMatchObject({ window: "seven_day", resets_at: new Date(resetsMs).toISOString() });
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(Date.now()).toBeGreaterThanOrEqual(resetsMs + 1_000);
    expect(run.stdout()).toContain("resumed\n");
    expect(toWords(run)).toEqual([
      expect.stringMatching(/^Claude weekly limit reached, resets .*; waiting$/),
      "claude-meter: limit reset; restarting (restart 1)",
    ]);
    await stopBrowser();
  });
});

describe("a wait can be interrupted", () => {
  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("by %s", async (name) => {
    const run = home.start(["run", "--resume", "--", ...limited(toEvent(Date.now() + 3_600_000))]);
    const waiting = await home.waitForState("waiting");
    await waitFor(home.readRun, (status) => status.resume_at !== null);
    expect(waiting.child_pid).toBeNull();
    run.kill(name);
    expect(await run.ended).toMatchObject({ code: null, signal: name });
    expect(await home.readRun()).toMatchObject({ state: "failed", exit_code: null, resume_at: null });
  });

  test("and an interrupted command does not start again", async () => {
    const args = ["--resume", "--resume-command", "echo again", "--"];
    const run = home.start([
      "run",
      ...args,
      ...script({ out: toEvent(Date.now()) }, { on: "SIGINT", code: 1 }, { out: "up\n" }, { stay: true }),
    ]);
    await run.hasPrinted("up");
    run.kill("SIGINT");
    expect(await run.ended).toMatchObject({ code: 1, signal: null });
    expect(run.stdout()).not.toContain("again");
    expect(run.stderr()).toBe("");
  });
});
