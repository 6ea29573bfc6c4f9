// `claude-meter run` when the command hits a limit, or something that only looks like one.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { hasPassed } from "../harness/has-passed.ts";
import { type Home, openHome } from "../harness/home.ts";
import { createCalmRow, createUsualRow } from "../harness/recent-row.ts";
import { script } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";

let home: Home;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
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
      line: /^claude-meter: waiting will not help, someone has to act: "You're out of extra usage"; stopping\n$/,
    },
    {
      name: "an API key",
      out: "Credit balance is too low\n",
      code: 1,
      line: /^claude-meter: waiting will not help, someone has to act: "Credit balance is too low"; stopping\n$/,
    },
  ])("$name", async ({ out, code, line }) => {
    const run = home.start(["run", "--", ...script({ out }, { code })]);
    expect(await run.ended).toMatchObject({ code: 75, signal: null });
    expect(run.stdout()).toBe(out);
    expect(run.stderr()).toMatch(line);
  });

  test("on stderr as well", async () => {
    const run = home.start([
      "run",
      "--",
      ...script({ err: "You've hit your weekly limit · resets Mon 12:00am\n" }, { code: 1 }),
    ]);
    expect((await run.ended).code).toBe(75);
    expect(run.stderr()).toMatch(/^You've hit .*\nClaude weekly limit reached, resets .*; stopping\n$/);
  });

  test("on a line of its own, also after a line that was not finished", async () => {
    const run = home.start(["run", "--", ...script({ out: event }, { err: "cleaning up…" }, { code: 1 })]);
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
    const run = home.start(["run", "--", ...script({ out: `${out}\n` }, { code: 1 })]);
    expect(await run.ended).toMatchObject({ code: 1, signal: null });
    expect(run.stderr()).toContain(line);
  });

  test("a 429 without a name is the plan limit when the meter shows a full window", async () => {
    await home.publish(createUsualRow(20, 100, { ageMs: 0, money: null }));
    const args = [
      "--max",
      "110",
      "--",
      ...script({ out: `${toResult("API Error: Request rejected (429)")}\n` }, { code: 1 }),
    ];
    const run = home.start(["run", ...args]);
    expect((await run.ended).code).toBe(75);
    expect(run.stderr()).toMatch(/^Claude weekly limit reached, resets /);
  });

  test.each([
    { name: "a failed login", out: `${toResult("Failed to authenticate: OAuth session expired", null)}\n`, code: 1 },
    { name: "prose that ends well", out: "You've hit your weekly limit · resets Mon 12:00am\n", code: 0 },
    { name: "prose in a failing command", out: "The docs say: You've hit your weekly limit · resets 3pm\n", code: 4 },
  ])("and $name is none", async ({ out, code }) => {
    const run = home.start(["run", "--", ...script({ out }, { code })]);
    expect(await run.ended).toMatchObject({ code, signal: null });
    expect(run.stderr()).toBe("");
  });

  test("an agent that stays after its limit is ended in bounded time", async () => {
    const run = home.start(["run", "--end-after", "1s", "--", ...script({ out: event }, { stay: true })]);
    expect(await run.ended).toMatchObject({ code: 75, signal: null });
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
    const run = home.start(["run", "--end-after", "1s", "--", ...steps]);
    await run.hasPrinted("claude-opus-5");
    await hasPassed(1_500);
    await writeFile(gate, "");
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    expect(run.stderr()).toBe("");
  });
});

test("what the command's messages say of the windows is in the row when it ends", async ({ bridge }) => {
  const pane = openHome(bridge.home, bridge.environment);
  await pane.login();
  await pane.publish();
  await bridge.start();
  const resetsAt = Math.round(Date.now() / 1000) + 3600;
  const unifiedWindows = { five_hour: { utilization: 0.96, resetsAt }, seven_day: { utilization: 0.31, resetsAt } };
  const info = { status: "allowed", rateLimitType: "five_hour", resetsAt, unifiedWindows };
  const out = `${JSON.stringify({ type: "rate_limit_event", rate_limit_info: info })}\n`;
  const options = ["run", "--on-unknown", "go", "--", ...script({ out })];
  expect(await pane.run(options)).toMatchObject({ code: 0 });
  expect(await bridge.readRows()).toMatchObject([
    { source: "stream", state: "fresh", windows: [{ utilization: 96 }, { utilization: 31 }] },
  ]);
  expect(await pane.run(["guard", "--no-wait"])).toMatchObject({ code: 75 });
});
