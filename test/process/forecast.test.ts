// A forecast all the way: readings posted to the real bridge, told in the row, and obeyed by the gate.
import { afterEach, expect } from "vitest";
import * as z from "zod";
import { forecastSchema } from "../../shared/forecast.ts";
import { type Daemon, startDaemon } from "../harness/daemon.ts";
import { findFreePort } from "../harness/free-port.ts";
import { runCli } from "../harness/program.ts";
import { ask, type Credentials, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { test } from "../harness/test.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";

const MINUTE = 60_000;
const READINGS = 45;

const rowsSchema = z.array(z.object({ windows: z.array(z.object({ forecast: z.nullable(forecastSchema) })) }));

let home: string;
let port: number;
let daemon: Daemon;
let browser: Credentials;

test.beforeEach(async ({ folder }) => {
  home = folder;
  port = await findFreePort();
  daemon = await startDaemon({ home, port });
  browser = await pairInstall(home);
});

afterEach(async () => {
  await daemon.stop();
});

/** A reading a minute up to now, of a window that started an hour ago. */
async function post(toUtilization: (minute: number) => number): Promise<void> {
  const nowMs = Date.now();
  const resets_at = new Date(nowMs + 240 * MINUTE).toISOString();
  const snapshots = Array.from({ length: READINGS }, (_, index) => {
    const fetched_at = new Date(nowMs - (READINGS - 1 - index) * MINUTE).toISOString();
    const windows = [createUsageWindow({ utilization: toUtilization(index), resets_at })];
    return { sequence: index + 1, snapshot: createSnapshot({ windows, money: null, fetched_at }) };
  });
  const body = toJsonBytes(createPost({ install: browser.install, snapshots }));
  expect(await ask(browser, port, { method: "POST", path: "/snapshots", body })).toMatchObject({ status: 200 });
}

const run = (...args: string[]) => runCli(home, args);

async function readForecast() {
  const [row] = rowsSchema.parse(JSON.parse((await run("--json")).stdout));
  return row?.windows[0]?.forecast;
}

test("a window that is heading for the wall says so, and the gate holds when it is asked to look ahead", async () => {
  await post((minute) => 20 + Math.floor(minute * 1.5));
  const forecast = await readForecast();
  expect(forecast?.percent_per_hour).toBeGreaterThan(70);
  expect(forecast?.percent_at_reset).toBeGreaterThan(100);
  expect(Date.parse(forecast?.exhausted_at ?? "")).toBeGreaterThan(Date.now());
  expect(Date.parse(forecast?.exhausted_at ?? "")).toBeLessThan(Date.now() + 30 * MINUTE);

  expect(await run("guard", "--no-wait")).toMatchObject({ code: 0, stderr: "" });
  const held = await run("guard", "--no-wait", "--forecast");
  expect(held.code).toBe(75);
  expect(held.stderr).toMatch(/five_hour is at 86 % and is on track to hit the limit around (?:\w{3} )?\d\d:\d\d, resets /);
  expect(await run("guard", "--no-wait", "--forecast", "--for", "1m")).toMatchObject({ code: 0 });
  expect(await run("guard", "--no-wait", "--for", "1m")).toMatchObject({ code: 64 });
});

test("a window at rest says nothing, and that is no objection", async () => {
  await post(() => 60);
  expect(await readForecast()).toBeNull();
  expect(await run("guard", "--no-wait", "--forecast")).toMatchObject({ code: 0, stderr: "" });
});

test("a bridge that starts again knows where a window is heading", async () => {
  await post((minute) => 20 + minute);
  const before = await readForecast();
  await daemon.stop();
  daemon = await startDaemon({ home, port });
  expect(before?.exhausted_at).not.toBeNull();
  expect(await readForecast()).toEqual(before);
});
