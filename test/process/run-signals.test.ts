// Signals to `claude-meter run`, and what is left of a command's family when it ends.
import { describe, expect } from "vitest";
import * as z from "zod/mini";
import type { Home } from "../harness/home.ts";
import { isAlive } from "../harness/is-alive.ts";
import type { Program } from "../harness/program.ts";
import { createCalmRow } from "../harness/recent-row.ts";
import { script, standIn } from "../harness/stand-in-agent.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";

let home: Home;
test.beforeEach(async ({ home: own }) => {
  home = own;
  await home.publish(createCalmRow());
});

const familySchema = z.strictObject({ own: z.int(), child: z.int() });

async function readFamily(run: Program): Promise<number[]> {
  await run.hasPrinted("\n");
  const { own, child } = familySchema.parse(JSON.parse(run.stdout()));
  return [own, child];
}

async function areGone(pids: readonly number[]): Promise<void> {
  const left = await waitFor(
    () => pids.filter(isAlive),
    (alive) => alive.length === 0,
  );
  expect(left).toEqual([]);
}

describe("a signal is handed on, and the command's answer is ours", () => {
  test.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)("%s", async (name) => {
    const run = home.start(["run", "--", ...script({ on: name, code: 5 }, { out: "ready\n" }, { stay: true })]);
    await run.hasPrinted("ready");
    run.kill(name);
    expect(await run.ended).toMatchObject({ code: 5, signal: null });
    expect(run.stdout()).toBe(`ready\ngot ${name}\n`);
  });

  test.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)("%s ends a whole family that does not care", async (name) => {
    const run = home.start(["run", "--", ...standIn("family", "stays")]);
    const family = await readFamily(run);
    run.kill(name);
    expect(await run.ended).toMatchObject({ code: null, signal: name });
    await areGone(family);
    expect(await home.readRun()).toMatchObject({ state: "failed", exit_code: null });
  });
});

describe("what ignores SIGTERM is ended in bounded time", () => {
  test("the command and its child, after SIGTERM and the time that was asked for", async () => {
    const [short, long] = ["1s", "10m"].map((time) =>
      home.start(["run", "--kill-after", time, "--", ...standIn("family", "stubborn")]),
    );
    if (!short || !long) throw new Error("there are two");
    const [family, lasting] = [await readFamily(short), await readFamily(long)];
    for (const run of [long, short]) run.kill("SIGTERM");
    expect(await short.ended).toMatchObject({ code: null, signal: "SIGTERM" });
    await areGone(family);
    expect(lasting.filter(isAlive)).toEqual(lasting);
    for (const pid of lasting) process.kill(pid, "SIGKILL");
    await long.ended;
  });

  test("also when nobody takes its output any more", async () => {
    const run = home.start(["run", "--kill-after", "1s", "--", ...standIn("noise", "90000000", "3")]);
    await waitFor(run.stdout, (printed) => printed.length > 0);
    run.child.stdout?.pause();
    run.child.stderr?.pause();
    run.kill("SIGTERM");
    await waitFor(
      () => run.child.signalCode,
      (signal) => signal === "SIGTERM",
    );
  });

  test("at once, after a second SIGINT", async () => {
    const run = home.start(["run", "--kill-after", "10m", "--", ...standIn("family", "stubborn")]);
    const family = await readFamily(run);
    run.kill("SIGINT");
    await waitFor(home.readRun, (status) => status.state === "running");
    run.kill("SIGINT");
    const exit = await waitFor(
      () => {
        run.kill("SIGINT");
        return run.child.signalCode;
      },
      (signal) => signal !== null,
    );
    expect(exit).toBe("SIGINT");
    await areGone(family);
  });

  test("at once, after a second SIGINT that follows a SIGTERM", async () => {
    const run = home.start(["run", "--kill-after", "10m", "--", ...standIn("family", "stubborn")]);
    const family = await readFamily(run);
    run.kill("SIGTERM");
    const exit = await waitFor(
      () => {
        run.kill("SIGINT");
        return run.child.signalCode;
      },
      (signal) => signal !== null,
    );
    expect(exit).toBe("SIGINT");
    await areGone(family);
  });

  test("after its limit", async () => {
    const limit = { type: "rate_limit_event", rate_limit_info: { status: "rejected", rateLimitType: "five_hour" } };
    const steps = script({ on: "SIGTERM", code: 0 }, { out: `${JSON.stringify(limit)}\n` }, { stay: true });
    const run = home.start(["run", "--end-after", "1s", "--kill-after", "1s", "--", ...steps]);
    expect(await run.ended).toMatchObject({ code: 75, signal: null });
    expect(run.stdout()).toContain("got SIGTERM");
  });
});

describe("nothing is left behind", () => {
  test.each(["leaves", "daemon"])("when the command %s", async (mode) => {
    const run = home.start(["run", "--kill-after", "1s", "--", ...standIn("family", mode)]);
    const family = await readFamily(run);
    expect(await run.ended).toMatchObject({ code: 0, signal: null });
    await areGone(family);
  });

  test("but the last words of a grandchild are waited for", async () => {
    const run = home.start(["run", "--", "sh", "-c", "(sleep 0.5; echo last words) & exit 6"]);
    expect(await run.ended).toMatchObject({ code: 6, signal: null });
    expect(run.stdout()).toBe("last words\n");
  });
});
