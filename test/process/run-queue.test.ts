// The examples of docs/examples that use `run`: a queue that meets the wall, and an agent for the night.
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect } from "vitest";
import { runStatusSchema } from "../../bridge/state/run-status.ts";
import { readLines, runExample } from "../harness/example.ts";
import type { Home } from "../harness/home.ts";
import { playBrowser } from "../harness/play-browser.ts";
import { createCalmRow } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";

const JOBS = Array.from({ length: 80 }, (_, index) => `job ${index + 1}`);
const LIMIT_MS = 180_000;

let home: Home;
let stopBrowser: () => Promise<void>;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
  stopBrowser = playBrowser(home.folder);
});
afterEach(async () => {
  await stopBrowser();
});

describe("queue.sh, of whose 80 jobs the 37th hits the weekly limit", () => {
  test(
    "stops there: 36 done, 1 refused, 43 untouched, one line for the operator",
    async () => {
      const prompts = join(home.folder, "prompts.txt");
      await writeFile(prompts, `${JOBS.join("\n")}\n`);
      const environment = { STAND_IN_WALL: "job 37" };
      const ended = await runExample("queue.sh", [prompts], { home: home.folder, environment });
      expect(ended.code).toBe(75);
      expect(ended.stderr).toMatch(/^Claude weekly limit reached, resets .* \(in .*\); stopping\n$/);
      expect(await readLines(join(home.folder, "asked"))).toEqual(JOBS.slice(0, 37));
      expect(await readLines(join(home.folder, "done"))).toEqual(JOBS.slice(0, 36));
      expect(await readLines(`${prompts}.done`)).toEqual(JOBS.slice(0, 36));
    },
    LIMIT_MS,
  );

  test(
    "with --resume does all 80, the refused one after the reset",
    async () => {
      const prompts = join(home.folder, "prompts.txt");
      await writeFile(prompts, `${JOBS.join("\n")}\n`);
      const environment = { STAND_IN_WALL: "job 37", STAND_IN_RESET_MS: "3000" };
      const args = [prompts, "--resume", "--grace", "1s", "--spread", "1s"];
      const ended = await runExample("queue.sh", args, { home: home.folder, environment });
      expect(ended.code).toBe(0);
      const [waits, goesOn, ...rest] = ended.stderr.trimEnd().split("\n");
      expect(waits).toMatch(/^Claude weekly limit reached, resets .*; waiting$/);
      expect(goesOn).toMatch(/restarting \(restart 1\)$/);
      expect(rest).toEqual([]);
      expect(await readLines(join(home.folder, "done"))).toEqual(JOBS);
      expect(await readLines(`${prompts}.done`)).toEqual(JOBS);
      expect(await readLines(join(home.folder, "asked"))).toEqual([...JOBS.slice(0, 37), ...JOBS.slice(36)]);
    },
    LIMIT_MS,
  );
});

describe("queue.sh, one of whose jobs a hook holds back", () => {
  test("stops there, and does that job in its next run", async () => {
    const jobs = JOBS.slice(0, 4);
    const prompts = join(home.folder, "prompts.txt");
    await writeFile(prompts, `${jobs.join("\n")}\n`);
    const options = { home: home.folder, environment: { STAND_IN_HELD: "job 3" } };
    const first = await runExample("queue.sh", [prompts], options);
    expect(first.code).toBe(75);
    expect(first.stderr).toMatch(/^claude-meter: the prompt was held back by a hook, so the work is not done: .*\n$/);
    expect(await readLines(`${prompts}.done`)).toEqual(jobs.slice(0, 2));
    expect(await runExample("queue.sh", [prompts], options)).toMatchObject({ code: 0, stderr: "" });
    expect(await readLines(join(home.folder, "done"))).toEqual(jobs);
  });

  test("keeps no prompt in a status file", async () => {
    const prompts = join(home.folder, "prompts.txt");
    await writeFile(prompts, "--write the secret report\n");
    const ended = await runExample("queue.sh", [prompts], { home: home.folder, environment: {} });
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.stringify(await home.readRun())).not.toContain("secret");
  });
});

describe("overnight.sh", () => {
  test("goes on after the reset with its own words, and says so in its status file", async () => {
    const task = join(home.folder, "task.md");
    await writeFile(task, "Write the report.");
    const environment = { STAND_IN_WALL: "Write the report.", STAND_IN_RESET_MS: "2000" };
    const args = [task, "--grace", "1s", "--spread", "0s"];
    const ended = await runExample("overnight.sh", args, { home: home.folder, environment });
    expect(ended.code).toBe(0);
    expect(await readLines(join(home.folder, "asked"))).toEqual(["Write the report.", "Go on where you stopped."]);
    expect(await readLines(join(home.folder, "done"))).toEqual(["Go on where you stopped."]);
    const status = runStatusSchema.parse(JSON.parse(await readFile(join(home.folder, "overnight.json"), "utf8")));
    expect(status).toMatchObject({ state: "completed", label: "overnight", command: "claude", restarts: 1 });
    expect(status.limit).toMatchObject({ class: "plan", window: "seven_day" });
    expect(JSON.stringify(status)).not.toContain("report");
  });
});
