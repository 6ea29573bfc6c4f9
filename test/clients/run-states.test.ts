// What `claude-meter run` makes of a real Claude Code over time: one that waits by itself, one that is started again after
// the reset, and one whose subagent alone was refused.
import { afterAll, beforeAll, expect, test } from "vitest";
import { waitFor } from "../harness/wait-for.ts";
import { createStandInApi, type StandInApi } from "../stand-in-api/stand-in-api.ts";
import { withPane } from "./pane.ts";

const STREAM = ["--output-format", "stream-json", "--verbose"];

let api: StandInApi;
beforeAll(async () => {
  api = await createStandInApi();
});
afterAll(async () => {
  await api.close();
});

test.concurrent("an agent that waits for the reset by itself is waiting in `runs`, and completed in the end", () =>
  withPane({ environment: { CLAUDE_CODE_RETRY_WATCHDOG: "1" } }, async (pane) => {
    const prompt = "Do it. [[limit5h for=8]]";
    const run = pane.start("claude-meter", "run", "--label", "night", "--", "claude", "-p", prompt, ...STREAM);
    const [waiting] = await waitFor(
      () => pane.readRuns(),
      ([first]) => first?.state === "completed" || (first?.state === "waiting" && first.child_pid !== null),
      30_000,
    );
    const ended = await run;
    expect(waiting).toMatchObject({ label: "night", state: "waiting" });
    expect(Date.parse(waiting?.resume_at ?? "")).toBeGreaterThan(Date.parse(waiting?.started_at ?? ""));
    expect(ended.code).toBe(0);
    expect(await pane.readRuns()).toMatchObject([{ state: "completed", exit_code: 0, restarts: 0, resume_at: null }]);
  }));

test.concurrent("--resume without a meter starts the agent again after the reset, once, and never before it", () =>
  withPane({ hasNoMeter: true }, async (pane) => {
    const options = ["--on-unknown", "go", "--resume", "--grace", "1s", "--spread", "0s"];
    const ended = await pane.run(options, ["claude", "-p", "Do it. [[limit7d once=resume for=5]]", ...STREAM]);
    expect(ended).toMatchObject({ code: 0, status: { state: "completed", restarts: 1 } });
    const [refused, done, ...more] = api.requests.filter(({ tag }) => tag === "limit7d");
    expect([refused?.status, done?.status, more]).toEqual([429, 200, []]);
    expect((done?.at ?? 0) - (refused?.at ?? 0)).toBeGreaterThan(5_000);
    const [, waits, goesOn, ...rest] = ended.stderr.trimEnd().split("\n");
    expect(waits).toMatch(/^Claude weekly limit reached, resets .*; waiting$/);
    expect(goesOn).toMatch(/restarting \(restart 1\)$/);
    expect(rest).toEqual([]);
  }));

test.concurrent("a subagent that is refused while its agent succeeds costs no exit code, and is told", () =>
  withPane({}, async (pane) => {
    const ended = await pane.run([], ["claude", "-p", "Do it. [[subagent of=opus]]", ...STREAM]);
    expect(ended.stdout).toContain("You've hit your Opus limit");
    expect(ended.code).toBe(0);
    expect(ended.stderr).toMatch(/subagent.*Opus limit|Opus limit.*subagent/i);
  }));

test.concurrent("--else runs a real client on its own key once the plan is full, with the limit in its environment", () =>
  withPane({ hasNoMeter: true }, async (pane) => {
    const other = `printf '%s\\n' "$CLAUDE_METER_LIMIT"; ANTHROPIC_API_KEY=sk-ant-api03-invented claude -p 'Do it. [[ok]]'`;
    const options = ["--on-unknown", "go", "--else", other];
    const ended = await pane.run(options, ["claude", "-p", "Do it. [[limit5h]]", ...STREAM]);
    expect(ended).toMatchObject({
      code: 0,
      status: { state: "completed", ran: "else", limit: { window: "five_hour" } },
    });
    expect(ended.stderr).toMatch(/^Claude 5-hour limit reached, resets .*; running --else$/m);
    const [wall, answer] = ended.stdout.trimEnd().split("\n").slice(-2);
    expect(JSON.parse(wall ?? "")).toMatchObject({ window: "five_hour", reason: "limit" });
    expect(answer).toBe("Done: 42.");
  }));
