// The status file of a run, and `claude-meter runs`.
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import * as z from "zod/mini";
import { type RunStatus, runStatusSchema } from "../../bridge/state/run-status.ts";
import type { Home } from "../harness/home.ts";
import { createCalmRow, createUsualRow } from "../harness/recent-row.ts";
import { script } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

let home: Home;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
});

async function readRuns(): Promise<RunStatus[]> {
  const { stdout } = await home.run(["runs", "--json"]);
  return z.array(runStatusSchema).parse(JSON.parse(stdout));
}

describe("the status file", () => {
  test("goes from running over stalled back to running, and to completed", async () => {
    const gate = join(home.folder, "gate");
    const end = join(home.folder, "end");
    const steps = script({ out: "a" }, { waitFor: gate }, { out: "b" }, { waitFor: end }, { code: 0 });
    const run = home.start(["run", "--stalled-after", "1s", "--label", "night", "--", ...steps]);
    const running = await home.waitForState("running");
    expect(running).toMatchObject({ label: "night", command: "node", restarts: 0, limit: null, exit_code: null });
    expect(running.pid).toBe(run.child.pid);
    const stalled = await home.waitForState("stalled");
    expect(Date.parse(stalled.heartbeat_at)).toBeGreaterThan(Date.parse(running.started_at));
    await writeFile(gate, "");
    await home.waitForState("running");
    await writeFile(end, "");
    await run.ended;
    expect(await home.readRun()).toMatchObject({ state: "completed", exit_code: 0, child_pid: null });
  });

  test("beats while nothing happens", async () => {
    const run = home.start(["run", "--stalled-after", "1s", "--", ...script({ stay: true })]);
    const first = await home.waitForState("stalled");
    await waitFor(home.readRun, (status) => status.heartbeat_at > first.heartbeat_at);
    run.kill("SIGTERM");
    await run.ended;
  });

  test("waits while the gate waits, and says until when", async () => {
    const row = createUsualRow(20, 95);
    await home.publish(row);
    const run = home.start(["run", "--", "echo", "started"]);
    const waiting = await waitFor(
      () => home.readRun().catch(() => undefined),
      (status) => status?.state === "waiting" && status.resume_at !== null,
    );
    expect(Date.parse(waiting?.resume_at ?? "")).toBeGreaterThanOrEqual(Date.parse(row.windows[1]?.resets_at ?? ""));
    run.kill("SIGINT");
    expect(await run.ended).toMatchObject({ code: null, signal: "SIGINT" });
    expect(run.stdout().length).toBe(0);
  });

  test("holds the limit after a stop, and the exit code after a failure", async () => {
    await home.start(["run", "--", ...script({ out: "You've hit your session limit\n" }, { code: 1 })]).ended;
    expect(await home.readRun()).toMatchObject({
      state: "failed",
      exit_code: 75,
      limit: { class: "plan", window: "five_hour" },
    });
  });

  test("holds no argument of the command, since that can be a prompt", async () => {
    await home.start(["run", "--", "echo", "secret prompt"]).ended;
    const [name = ""] = await readdir(join(home.folder, "runs"));
    const path = join(home.folder, "runs", name);
    expect(await readFile(path, "utf8")).not.toContain("secret");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test("is the one that was asked for, and then not listed", async () => {
    const file = join(home.folder, "mine.json");
    await home.start(["run", "--status-file", file, "--", "true"]).ended;
    expect(runStatusSchema.parse(JSON.parse(await readFile(file, "utf8"))).state).toBe("completed");
    expect(await readRuns()).toEqual([]);
  });

  test("that can not be written disturbs nothing", async () => {
    await writeFile(join(home.folder, "runs"), "in the way");
    const run = home.start(["run", "--", "echo", "worked"]);
    expect((await run.ended).code).toBe(0);
    expect(run.stdout()).toBe("worked\n");
    expect(run.stderr()).toMatch(/^claude-meter: this run cannot be listed by `claude-meter runs`: /);
  });
});

describe("claude-meter runs", () => {
  test("shows a run that was killed as dead, once a heartbeat is missing", async () => {
    const run = home.start(["run", "--label", "lost", "--", ...script({ stay: true })]);
    const status = await home.waitForState("running");
    run.kill("SIGKILL");
    process.kill(Number(status.child_pid), "SIGKILL");
    await run.ended;
    await writeRun({ ...status, heartbeat_at: ago(13_000) });
    expect(await readRuns()).toMatchObject([{ state: "dead", label: "lost" }]);
  });

  test("shows a silent run as dead, also when its number lives on", async () => {
    const other = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
    await writeRun({ id: "silent", pid: Number(other.pid), heartbeat_at: ago(31_000) });
    await writeRun({ id: "alive", pid: Number(other.pid), heartbeat_at: ago(5_000) });
    const states = (await readRuns()).map(({ id, state }) => [id, state]);
    expect(states).toEqual([
      ["silent", "dead"],
      ["alive", "running"],
    ]);
    other.kill("SIGKILL");
  });

  test("forgets what ended more than seven days ago", async () => {
    const week = 7 * 86_400_000;
    await writeRun({ id: "old", state: "completed", ended_at: ago(week + 60_000) });
    await writeRun({ id: "lost", heartbeat_at: ago(week + 60_000) });
    await writeRun({ id: "recent", state: "failed", exit_code: 1, ended_at: ago(week - 60_000) });
    expect((await readRuns()).map(({ id }) => id)).toEqual(["recent"]);
    expect(await readdir(join(home.folder, "runs"))).toEqual(["recent.json"]);
  });

  test("prints a table without anything that could act in a terminal", async () => {
    await writeRun({ id: "one", state: "failed", exit_code: 75, label: "night\u001b[2J", ended_at: ago(1_000) });
    const { stdout, code } = await home.run(["runs"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^RUN .*\none .*failed .*exit code 75\n$/);
    expect(stdout).not.toContain("\u001b");
  });

  test("names a file that is no run, and lists the others", async () => {
    await writeRun({ id: "good", state: "completed", ended_at: ago(1_000) });
    await writeFile(join(home.folder, "runs", "bad.json"), "{");
    const { stdout, stderr, code } = await home.run(["runs", "--json"]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/bad\.json is not a status file of a run/);
    expect(z.array(z.looseObject({ id: z.string() })).parse(JSON.parse(stdout))).toMatchObject([{ id: "good" }]);
  });

  test("says so when there are none", async () => {
    expect(await home.run(["runs", "--json"])).toMatchObject({ stdout: "[]\n", stderr: "", code: 0 });
    expect((await home.run(["runs"])).stderr).toContain("No runs yet");
  });
});

function ago(ms: number): string {
  return new Date(Date.now() - ms).toISOString();
}

async function writeRun(parts: Partial<RunStatus> & { id: string }): Promise<void> {
  const run: RunStatus = {
    schema: 1,
    state: "running",
    label: null,
    command: "claude",
    pid: 1,
    child_pid: null,
    started_at: ago(60_000 + parts.id.length * 1_000),
    heartbeat_at: ago(1_000),
    ended_at: null,
    exit_code: null,
    restarts: 0,
    limit: null,
    resume_at: null,
    ...parts,
  };
  await mkdir(join(home.folder, "runs"), { recursive: true, mode: 0o700 });
  await writeFile(join(home.folder, "runs", `${run.id}.json`), JSON.stringify(run));
}
