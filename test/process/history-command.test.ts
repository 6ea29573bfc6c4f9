// `history` as a process, asking a real bridge: what was sent comes out again, and doubt is said.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect } from "vitest";
import * as z from "zod/mini";
import type { Snapshot } from "../../shared/snapshot.ts";
import { toIso } from "../../shared/time.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { pairBrowser } from "../harness/paired-browser.ts";
import { runCli } from "../harness/program.ts";
import { createTestFolder, test } from "../harness/test.ts";
import { ACCOUNT_UUID, createSnapshot, createStatus, createUsageWindow, ORG_UUID } from "../shared/wire-examples.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const startMs = Date.now() - 20 * DAY;
const resetMs = startMs + 5 * HOUR;

/** Over twenty days, so that it is asked for in pieces: an hour of work, and again on the last day. */
const moments = [startMs, startMs + 20 * MINUTE, startMs + 40 * MINUTE, Date.now() - HOUR, Date.now() - MINUTE];

const seriesSchema = z.array(
  z.looseObject({
    window: z.string(),
    resets: z.array(z.string()),
    points: z.array(z.looseObject({ at: z.string(), utilization: z.nullable(z.number()) })),
  }),
);

let home: string;
let daemon: Daemon;

function read(atMs: number, index: number): Snapshot {
  const announced = toIso(index < 3 ? resetMs : Date.now() + HOUR);
  const windows = [createUsageWindow({ utilization: 10 * (index + 1), resets_at: announced })];
  return createSnapshot({ fetched_at: toIso(atMs), org_name: "Example Team", windows, money: null });
}

test.beforeAll(async ({ sharedFolder }) => {
  home = sharedFolder;
  daemon = await startDaemon({ home });
  await (await pairBrowser(daemon)).report(moments.map(read));
});

afterAll(async () => {
  await daemon.stop();
});

const history = (...args: string[]) => runCli(home, ["history", ...args]);

describe("what was sent comes out", () => {
  test("as CSV, every point", async () => {
    const { stdout, code } = await history("--since", "30d", "--format", "csv");
    const [header, ...lines] = stdout.split("\r\n");
    expect(code).toBe(0);
    expect(header).toBe("at,org_uuid,account_uuid,window,utilization,resets_at,source");
    expect(lines.slice(0, -1)).toHaveLength(moments.length);
    expect(lines[0]).toBe(`${toIso(startMs)},${ORG_UUID},${ACCOUNT_UUID},five_hour,10,${toIso(resetMs)},extension`);
  });

  test("as JSON, with the reset between two pieces", async () => {
    const { stdout } = await history("--since", "30d", "--format", "json");
    const [series] = seriesSchema.parse(JSON.parse(stdout));
    expect(series?.points.map(({ utilization }) => utilization)).toEqual([10, 20, 30, 40, 50]);
    expect(series?.resets).toEqual([toIso(resetMs)]);
  });

  test("as a table without colours, with names unless they are redacted", async () => {
    const { stdout } = await history("--since", "30d");
    expect(stdout).toContain("Example Team");
    expect(stdout).toMatch(/5-hour +50 %\n/);
    expect(stdout).toContain("10 to 50 % · 1 reset");
    expect(stdout).not.toContain("\u001b");
    expect((await history("--redact")).stdout).not.toMatch(/Example|5-hour/);
  });

  test("only of the time, the window and the account that were asked for", async () => {
    expect((await history("--since", "2d", "--format", "csv")).stdout.trim().split("\r\n")).toHaveLength(3);
    expect(await history("--window", "five_hour,money", "--account", "example team")).toMatchObject({ code: 0 });
  });
});

describe("69 and what to do when", () => {
  test("nothing was seen in that time", async () => {
    const ended = await history("--since", "10d", "--until", "5d", "--format", "csv");
    expect(ended).toMatchObject({
      code: 69,
      stdout: "at,org_uuid,account_uuid,window,utilization,resets_at,source\r\n",
    });
    expect(ended.stderr).toContain("--since 30d");
  });

  test("there is no such window or account: with those that there are", async () => {
    const noWindow = await history("--window", "five_hour,seven_hour");
    expect(noWindow).toMatchObject({ code: 69, stdout: "" });
    expect(noWindow.stderr).toMatch(/"seven_hour"\. Available: five_hour, money/);
    const noAccount = await history("--account", "nobody");
    expect(noAccount).toMatchObject({ code: 69, stdout: "" });
    expect(noAccount.stderr).toContain(ORG_UUID);
  });

  test("the bridge is not running", async () => {
    const other = await createTestFolder();
    expect((await runCli(other, ["history"])).code).toBe(69);
    await writeFile(join(other, "status.json"), JSON.stringify(createStatus()));
    const ended = await runCli(other, ["history"]);
    expect(ended).toMatchObject({ code: 69, stdout: "" });
    expect(ended.stderr).toContain("claude-meter bridge start");
  });
});

test("wrong use is 64", async () => {
  expect(await history("--since", "soon")).toMatchObject({ code: 64, stdout: "" });
});
