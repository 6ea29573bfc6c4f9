// A look on demand as a user asks for it: `refresh`, `guard --fresh`, and a guard that waits over a reset.
import { describe, expect } from "vitest";
import * as z from "zod/mini";
import type { PollState } from "../../shared/poll-state.ts";
import { refreshedSchema } from "../../shared/refresh.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { askSocket, type Daemon, startDaemon } from "../harness/daemon.ts";
import { enterLine } from "../harness/line-client.ts";
import { type PairedBrowser, pairBrowser } from "../harness/paired-browser.ts";
import { type Ended, runCli } from "../harness/program.ts";
import { toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { ACCOUNT_UUID, createSnapshot, createUsageWindow, ORG_UUID } from "../shared/wire-examples.ts";

const OTHER_ORG = "00000000-0000-4000-8000-0000000000b2";
const HOUR = 3_600_000;
const outcomesSchema = z.array(
  z.strictObject({
    org_uuid: z.string(),
    account_uuid: z.string(),
    outcome: z.string(),
    state: z.optional(z.string()),
    fetched_at: z.string(),
  }),
);

let home: string;
let daemon: Daemon;
let browser: PairedBrowser;
let looks: number;

test.beforeEach(async ({ folder }) => {
  home = folder;
  looks = 0;
  daemon = await startDaemon({ home });
  browser = await pairBrowser(daemon);
  await browser.report([read(42, { fetched_at: toMoment(-HOUR) })]);
  return async () => {
    await daemon.stop();
  };
});

function read(utilization: number, more: Partial<Snapshot> = {}): Snapshot {
  const windows = [createUsageWindow({ utilization, resets_at: toMoment(2 * HOUR) })];
  return createSnapshot({ fetched_at: toMoment(0), windows, ...more });
}

/** The browser is on the line, and reads this at each look. */
async function enter(state: PollState | "nothing" = "ok", utilization = 55): Promise<void> {
  await enterLine(browser.credentials, daemon.port, async () => {
    looks += 1;
    if (state === "ok") await browser.report([read(utilization)]);
    return state;
  });
}

const refresh = (...args: string[]): Promise<Ended> => runCli(home, ["refresh", ...args]);
const parseOutcomes = ({ stdout }: Ended) => outcomesSchema.parse(JSON.parse(stdout)).map(({ outcome }) => outcome);

describe("refresh", () => {
  test("has the browser read, and shows what it read", async () => {
    await enter();
    const ended = await refresh();
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(ended.stdout).toContain("55");
    expect(looks).toBe(1);
  });

  test("as JSON says when the numbers were observed", async () => {
    await enter();
    const ended = await refresh("--json");
    const [row] = outcomesSchema.parse(JSON.parse(ended.stdout));
    expect(row).toMatchObject({ org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID, outcome: "read" });
    expect(Date.now() - Date.parse(row?.fetched_at ?? "")).toBeLessThan(60_000);
  });

  test("fifty at once make one look", async () => {
    await enter();
    // Without fifty starts of Node, which on a busy machine are not at once.
    const answers = await Promise.all(Array.from({ length: 50 }, () => askSocket(home, "POST", "/refresh", {})));
    expect(answers.map((answer) => refreshedSchema.parse(answer).rows[0]?.outcome)).toEqual(Array(50).fill("read"));
    expect(looks).toBe(1);
  });

  test("without a browser on the line says so", async () => {
    const ended = await refresh("--json");
    expect(ended.code).toBe(69);
    expect(ended.stderr).toContain("no browser that reads this account is connected");
    expect(parseOutcomes(ended)).toEqual(["no-browser"]);
  });

  test("says what claude.ai said when it gave no numbers", async () => {
    await enter("rate-limited");
    const ended = await refresh("--json");
    expect(ended.code).toBe(69);
    expect(ended.stderr).toContain("rate limiting");
    expect(parseOutcomes(ended)).toEqual(["failed"]);
  });

  test("does not call read what one organisation did not answer", async () => {
    await enterLine(browser.credentials, daemon.port, async () => {
      await browser.report([read(0, { usage: null, windows: [], errors: ["usage: server-error"] })]);
      return "ok";
    });
    const ended = await refresh("--json");
    expect(ended.code).toBe(69);
    expect(parseOutcomes(ended)).toEqual(["failed"]);
  });

  test("waits no longer than it is told to", async () => {
    await enter("nothing");
    const startMs = performance.now();
    const ended = await refresh("--max-wait", "1s");
    expect(ended).toMatchObject({ code: 69 });
    expect(ended.stderr).toContain("did not respond in time");
    expect(performance.now() - startMs).toBeLessThan(10_000);
  });

  test("without a bridge says how to start one", async () => {
    await daemon.stop();
    const ended = await refresh();
    expect(ended).toMatchObject({ code: 69, stdout: "" });
    expect(ended.stderr).toContain("claude-meter bridge start");
  });

  test("an account that no browser is signed in to holds up nothing, unless it is asked for by name", async () => {
    const gone = await pairBrowser(daemon);
    await gone.report([read(10, { org_uuid: OTHER_ORG })]);
    await enter();
    const ended = await refresh("--json");
    expect(ended).toMatchObject({ code: 0, stderr: "" });
    expect(parseOutcomes(ended).toSorted()).toEqual(["no-browser", "read"]);
    expect(await refresh("--account", OTHER_ORG)).toMatchObject({ code: 69 });
  });

  test("has one browser read, the one that was heard first", async () => {
    const standBy = await pairBrowser(daemon);
    await standBy.report([read(43, { fetched_at: toMoment(-HOUR) })]);
    let others = 0;
    await enterLine(standBy.credentials, daemon.port, async () => {
      others += 1;
      return "ok";
    });
    await enter();
    expect(await refresh()).toMatchObject({ code: 0 });
    expect([looks, others]).toEqual([1, 0]);
  });

  test("asks nothing of a browser whose key was taken back", async () => {
    await enter();
    expect(await runCli(home, ["pair", "--revoke", browser.credentials.install])).toMatchObject({ code: 0 });
    expect(await refresh()).toMatchObject({ code: 69 });
    expect(looks).toBe(0);
  });
});

describe("guard", () => {
  test("--fresh decides by a reading of this moment", async () => {
    await enter("ok", 97);
    const stale = await runCli(home, ["guard", "--no-wait"]);
    expect(stale).toMatchObject({ code: 69 });
    const fresh = await runCli(home, ["guard", "--no-wait", "--fresh"]);
    expect(fresh).toMatchObject({ code: 75 });
    expect(fresh.stderr).toContain("five_hour is at 97 %");
  });

  test("--fresh without one decides by the last reading, and says so", async () => {
    const ended = await runCli(home, ["guard", "--no-wait", "--fresh", "--max-age", "2h"]);
    expect(ended).toMatchObject({ code: 0 });
    expect(ended.stderr).toContain("no fresh reading: no browser that reads this account is connected");
  });

  test("that waits over a reset has the browser read then", async () => {
    const windows = [createUsageWindow({ utilization: 97, resets_at: toMoment(1_000) })];
    await browser.report([createSnapshot({ fetched_at: toMoment(0), windows })]);
    await enter("ok", 3);
    const waited = await runCli(home, ["guard", "--grace", "0s", "--spread", "0s", "--max-wait", "2m"]);
    expect(waited).toMatchObject({ code: 0 });
    expect(waited.stderr).toContain("five_hour is at 3 %; going on");
    expect(looks).toBe(1);
  });
});
