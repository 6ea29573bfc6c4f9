// The built program on whatever system this is: what a first hour with it touches, without a browser. The one test of
// processes that macOS and Windows run, too.
import { afterAll, expect } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { jsonObjectSchema } from "../../shared/json.ts";
import { type BridgeProcess, createBridgeProcess } from "../harness/bridge-process.ts";
import { findFreePort } from "../harness/free-port.ts";
import { runCli } from "../harness/program.ts";
import { test } from "../harness/test.ts";

let bridge: BridgeProcess;

test.beforeAll(async ({ sharedFolder }) => {
  bridge = createBridgeProcess(sharedFolder, { CLAUDE_METER_PORT: String(await findFreePort()) });
});

afterAll(() => bridge.stop());

const meter = (...args: string[]) => runCli(bridge.home, args, { environment: bridge.environment });

test("it says its version", async () => {
  expect(await meter("--version")).toMatchObject({ stdout: `${packageFile.version}\n`, stderr: "", code: 0 });
});

test("a gate without any reading is unknown, and a line has something to show all the same", async () => {
  expect(await meter("guard", "--no-wait")).toMatchObject({ stdout: "", code: 69 });
  expect(await meter("line")).toMatchObject({ stderr: "", code: 0 });
});

test("a bridge starts once, is seen from outside, and stops", async () => {
  await bridge.start();
  const again = await meter("bridge", "start");
  expect(again).toMatchObject({ stderr: "", code: 0 });
  expect(again.stdout).toContain("already running");
  const status = await meter("bridge", "status", "--json");
  expect(JSON.parse(status.stdout)).toMatchObject({ version: packageFile.version, ingest: "listening" });
  expect(await readChecks()).toMatchObject({ node: "ok", bridge: "ok" });
  await bridge.stop();
  expect((await meter("bridge", "status")).code).toBe(69);
  expect(await readChecks()).toMatchObject({ bridge: "fail" });
});

async function readChecks(): Promise<Record<string, unknown>> {
  const { stdout } = await meter("doctor", "--json");
  const { checks } = jsonObjectSchema.parse(JSON.parse(stdout));
  if (!Array.isArray(checks)) throw new Error(`doctor has no checks: ${stdout}`);
  const entries = checks.map((each: unknown) => jsonObjectSchema.parse(each));
  return Object.fromEntries(entries.map(({ check, status }) => [String(check), status]));
}
