// What `claude-meter run` makes of a real Claude Code over time: one that waits by itself, one that is started again after
// the reset, and one whose subagent alone was refused.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { createPane, type Pane } from "./pane.ts";

const STREAM = ["--output-format", "stream-json", "--verbose"];

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});

let pane: Pane;
afterEach(async () => {
  await pane.remove();
});

describe("an agent that waits for the reset by itself", () => {
  beforeEach(async () => {
    pane = await createPane({ environment: { CLAUDE_CODE_RETRY_WATCHDOG: "1" } });
  });

  test("is waiting in `runs` until its delay is over, and completed in the end", async () => {
    const prompt = "Do it. [[limit5h for=8]]";
    const run = pane.start("claude-meter", "run", "--label", "night", "--", "claude", "-p", prompt, ...STREAM);
    const [waiting] = await waitFor(
      () => pane.readRuns(),
      ([first]) => first?.state === "waiting" && first.child_pid !== null,
    );
    expect(waiting?.label).toBe("night");
    expect(Date.parse(waiting?.resume_at ?? "")).toBeGreaterThan(Date.parse(waiting?.started_at ?? ""));
    expect((await run).code).toBe(0);
    const [ended] = await pane.readRuns();
    expect(ended).toMatchObject({ state: "completed", exit_code: 0, restarts: 0, resume_at: null });
  });
});

describe("--resume on a machine without a meter", () => {
  beforeEach(async () => {
    pane = await createPane({ hasNoMeter: true });
  });

  test("starts the agent again after the reset, once, and never before it", async () => {
    const startedMs = Date.now();
    const options = ["--on-unknown", "go", "--resume", "--grace", "1s", "--spread", "0s"];
    const ended = await pane.run(options, ["claude", "-p", "Do it. [[limit5h once=resume for=5]]", ...STREAM]);
    expect(ended).toMatchObject({ code: 0, status: { state: "completed", restarts: 1 } });
    const turns = api.requests.filter(({ tag, at }) => tag === "limit5h" && at >= startedMs);
    expect(turns.map(({ status }) => status)).toEqual([429, 200]);
    const [refused, done] = turns;
    expect((done?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(4_000);
    const [, waits, goesOn, ...rest] = ended.stderr.trimEnd().split("\n");
    expect(waits).toMatch(/^Claude 5-hour limit reached, resets .*; waiting$/);
    expect(goesOn).toMatch(/starting again \(restart 1\)$/);
    expect(rest).toEqual([]);
  });
});

describe("a subagent that hits the weekly limit while its agent succeeds", () => {
  beforeEach(async () => {
    pane = await createPane();
  });

  test("costs no exit code, and is told", async () => {
    const prompt = "Do it. [[subagent of=limit7d]]";
    const ended = await pane.run([], ["claude", "-p", prompt, ...STREAM]);
    expect(ended.stdout).toContain("You've hit your weekly limit");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/subagent.*weekly limit|weekly limit.*subagent/i);
  });
});
