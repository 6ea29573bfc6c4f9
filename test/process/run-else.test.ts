// `claude-meter run --else`: what runs at a limit instead, what it is told, and what the run ends with.
import { describe, expect } from "vitest";
import * as z from "zod";
import type { Home } from "../harness/home.ts";
import { createCalmRow, createUsualRow } from "../harness/recent-row.ts";
import { script } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";
import { createSnapshot } from "../shared/wire-examples.ts";

const TELL = 'printf "%s\\n" "$CLAUDE_METER_LIMIT"';
const wallSchema = z.strictObject({
  window: z.string().nullable(),
  utilization: z.number().nullable(),
  resets_at: z.string().nullable(),
  reason: z.string(),
});

let home: Home;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
});

const resetsAt = Math.ceil(Date.now() / 1000) + 7_200;
const info = { status: "rejected", rateLimitType: "five_hour", resetsAt };
const refused = script(
  { out: `${JSON.stringify({ type: "rate_limit_event", rate_limit_info: info })}\n` },
  { code: 1 },
);
const run = (options: readonly string[], command: readonly string[]) => home.run(["run", ...options, "--", ...command]);
const toWall = (stdout: string) => wallSchema.parse(JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? ""));

describe("the other command", () => {
  test("runs when the command hits a limit, is told which, and its exit code is that of the run", async () => {
    const ended = await run(["--else", `${TELL}; exit 7`], refused);
    expect(ended).toMatchObject({ code: 7, signal: null });
    expect(ended.stderr).toMatch(/^Claude 5-hour limit reached, resets .*; running --else\n$/);
    const wall = toWall(ended.stdout);
    expect(wall).toMatchObject({ window: "five_hour", reason: "limit" });
    expect(wall.resets_at).toBe(new Date(resetsAt * 1000).toISOString());
    const status = await home.readRun();
    expect(status).toMatchObject({ ran: "else", state: "failed", exit_code: 7, limit: { window: "five_hour" } });
    expect((await home.run(["runs"])).stdout).toContain("by --else");
  });

  test("runs at once instead of waiting when the gate is closed, and the command does not", async () => {
    await home.publish(createUsualRow(96, 50, { ageMs: 20_000 }));
    const ended = await run(["--else", TELL], script({ out: "the command\n" }, { code: 0 }));
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stdout).not.toContain("the command");
    expect(toWall(ended.stdout)).toMatchObject({ window: "five_hour", utilization: 96, reason: "over" });
    expect(await home.readRun()).toMatchObject({ ran: "else", state: "completed" });
  });

  test("runs instead of ending with 75 at --no-wait, and instead of the wait of --resume", async () => {
    expect(await run(["--resume", "--else", "exit 0"], refused)).toMatchObject({ code: 0 });
    await home.publish(createUsualRow(96, 50, { ageMs: 20_000 }));
    expect(await run(["--no-wait", "--else", "exit 3"], script({ code: 0 }))).toMatchObject({ code: 3 });
  });

  test("that meets a limit itself ends the run with 75, and is not started again", async () => {
    const line = `echo "You've hit your weekly limit · resets Mon 12:00am"; exit 1`;
    const ended = await run(["--else", line], refused);
    expect(ended).toMatchObject({ code: 75 });
    expect(ended.stdout.match(/weekly limit/g)).toHaveLength(1);
    expect(ended.stderr).toMatch(/; running --else\nClaude weekly limit reached, .*; stopping\n$/);
  });
});

describe("the command alone runs", () => {
  test.each([
    ["when all is well", { out: "fine\n" }, 0],
    ["when it fails for another reason", { out: "fine\n" }, 3],
    [
      "when the server is overloaded",
      { out: '{"type":"result","is_error":true,"api_error_status":529,"result":"Overloaded"}\n' },
      1,
    ],
  ] as const)("%s", async (_name, output, code) => {
    const ended = await run(["--else", "echo other"], script(output, { code }));
    expect(ended).toMatchObject({ code, stdout: output.out });
    expect(await home.readRun()).toMatchObject({ ran: "command" });
  });

  test("when what is known is no limit: nothing is started on doubt", async () => {
    await home.publish(createUsualRow(96, 50, { ageMs: 700_000 }));
    const ended = await run(["--no-wait", "--on-unknown", "fail", "--else", "echo other"], script({ code: 0 }));
    expect(ended).toMatchObject({ code: 69, stdout: "" });
  });
});

describe("--else-money-max", () => {
  const spent = (percent: number, limit: number | null = 100) => {
    const { money } = createSnapshot();
    return money && { ...money, enabled: true, used: percent, limit, percent: limit && percent, out_of_credits: false };
  };

  test.each([
    ["below", 79, 0],
    ["at", 80, 75],
    ["above", 93, 75],
  ])("%s it: %s % is spent", async (_name, percent, code) => {
    await home.publish(createCalmRow({ money: spent(percent) }));
    const ended = await run(["--else", "exit 0", "--else-money-max", "80"], refused);
    expect(ended.code).toBe(code);
    if (code === 75) expect(ended.stderr).toContain(`not running --else: ${percent} % of its money is spent`);
  });

  test("refuses what nobody knows", async () => {
    await home.publish(createCalmRow({ money: spent(5, null) }));
    const ended = await run(["--else", "exit 0", "--else-money-max", "80"], refused);
    expect(ended.code).toBe(75);
    expect(ended.stderr).toContain("is unknown");
  });

  test.each([[["--else-money-max", "80"]], [["--else", " "]], [["--else", "x", "--else-money-max", "0.8"]]])(
    "is wrong use: %j",
    async (options) => {
      expect(await run(options, script({ code: 0 }))).toMatchObject({ code: 64 });
    },
  );
});
