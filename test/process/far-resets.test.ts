// A reset that no timer can hold, and what is no moment at all: who waits for it sleeps and looks, and does not spin.
import { expect } from "vitest";
import { hasPassed } from "../harness/has-passed.ts";
import { writeRows } from "../harness/home.ts";
import { startCli } from "../harness/program.ts";
import { createCalmRow, createRecentRow, toMoment } from "../harness/recent-row.ts";
import { script } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";

const DAY = 86_400_000;
const WATCHED_MS = 2_000;
/** A look and what surrounds it take some hundredths; a loop without a pause takes all it gets. */
const MAX_CPU_SECONDS = 0.3;

const resets = [
  ["40 days away", toMoment(40 * DAY)],
  ["in the year 9999", "9999-12-31T23:59:59.999Z"],
  ["in the last year that a date can be of", "+275760-09-13T00:00:00.000Z"],
  ["before Christ", "-000044-03-15T12:00:00.000Z"],
  ["not a moment", "NaN"],
] as const;

test.concurrent.for(
  resets.flatMap(([name, resetsAt]) => [
    { name, resetsAt, args: ["guard"] },
    { name, resetsAt, args: ["run", "--", "true"] },
  ]),
)("a reset $name leaves $args.0 waiting and quiet", async ({ resetsAt, args }, { folder }) => {
  await writeRows(folder, [createRecentRow({ windows: [{ utilization: 97, resets_at: resetsAt }] })]);
  const waiting = startCli(folder, args);
  await waiting.hasSaid("waiting");
  const before = await waiting.readCpuSeconds();
  await hasPassed(WATCHED_MS);
  expect((await waiting.readCpuSeconds()) - before).toBeLessThan(MAX_CPU_SECONDS);
  waiting.kill("SIGINT");
  const { stderr } = await waiting.ended;
  expect(stderr.match(/waiting/g)).toHaveLength(1);
  expect(stderr).not.toContain("TimeoutOverflowWarning");
});

test("a command that hit a limit has all the time of --end-after, also when no timer is as long", async ({ home }) => {
  await home.publish(createCalmRow());
  const info = { status: "rejected", rateLimitType: "seven_day", resetsAt: Math.round(Date.now() / 1000) + 7200 };
  const out = `${JSON.stringify({ type: "rate_limit_event", rate_limit_info: info })}\n`;
  const run = home.start(["run", "--end-after", "300d", "--", ...script({ out }, { stay: true })]);
  await run.hasPrinted(out);
  await hasPassed(WATCHED_MS);
  expect(run.child.exitCode).toBeNull();
  run.kill("SIGINT");
  await run.ended;
  expect(run.stderr()).not.toContain("TimeoutOverflowWarning");
});
