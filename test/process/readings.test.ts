// POST /readings at a real bridge: a batch from any source makes rows, history and answers, and a bad one costs only itself.
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import type { Reading } from "../../shared/reading.ts";
import { type BridgeProcess, createBridgeProcess } from "../harness/bridge-process.ts";
import { findFreePort } from "../harness/free-port.ts";
import { runCli } from "../harness/program.ts";
import { toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { createReading } from "../shared/wire-examples.ts";

let bridge: BridgeProcess;
let port: number;

test.beforeAll(async ({ sharedFolder }) => {
  port = await findFreePort();
  bridge = createBridgeProcess(sharedFolder, { CLAUDE_METER_PORT: String(port) });
  await bridge.start();
});
afterAll(() => bridge.stop());

function send(body: unknown, byTcp = false): Promise<{ status: number; body: string }> {
  const door = byTcp ? { host: "127.0.0.1", port } : { socketPath: join(bridge.home, "bridge.sock") };
  const host = byTcp ? `127.0.0.1:${port}` : "claude-meter.sock";
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...door, method: "POST", path: "/readings", headers: { host, "content-type": "application/json" } },
      (response) => {
        response
          .setEncoding("utf8")
          .toArray()
          .then((chunks) => resolve({ status: response.statusCode ?? 0, body: chunks.join("") }), reject);
      },
    );
    asked.on("error", reject);
    asked.end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

function read(utilization: number, ageMs: number, more: Partial<Reading> = {}): Reading {
  const windows = { five_hour: { utilization, resets_at: toMoment(3_600_000) } };
  return createReading({ source: "proxy", observed_at: toMoment(-ageMs), windows, ...more });
}

test("a batch is kept, each reading once, and its row knows every source", async () => {
  const batch = { readings: [read(41, 60_000), read(42, 30_000, { source: "stream" })] };
  expect(await send(batch)).toEqual({ status: 200, body: '{"kept":2,"refused":0}' });
  expect(await send(batch)).toEqual({ status: 200, body: '{"kept":0,"refused":0}' });
  expect(await bridge.readRows()).toMatchObject([
    {
      source: "stream",
      state: "fresh",
      windows: [{ id: "five_hour", utilization: 42, source: "stream" }],
      sources: [{ source: "stream" }, { source: "proxy" }],
    },
  ]);
});

test("history keeps each point with its source, but not what the rule passes over", async () => {
  const lower = read(5, 1_000, { source: "statusline" });
  expect(await send({ readings: [lower] })).toEqual({ status: 200, body: '{"kept":1,"refused":0}' });
  const { stdout } = await runCli(bridge.home, ["history", "--format", "csv"], { environment: bridge.environment });
  const points = stdout.trim().split("\r\n").slice(1);
  expect(points.map((line) => line.split(",").filter((_, column) => column === 4 || column === 6))).toEqual([
    ["42", "stream"],
  ]);
});

test("a reading that cannot be read costs only itself", async () => {
  const good = read(43, 0);
  const bad = [{ ...good, source: "extension" }, { ...good, org_uuid: "../../etc" }, { ...good, windows: [] }, 7];
  expect(await send({ readings: [...bad, good] })).toEqual({ status: 200, body: '{"kept":1,"refused":4}' });
});

test("what a later version says besides is passed over", async () => {
  const more = { ...read(44, 0), note: "x" };
  expect(await send({ readings: [more], later: 1 })).toEqual({ status: 200, body: '{"kept":1,"refused":0}' });
});

test.each([
  ["no JSON", "hello"],
  ["a list", []],
  ["more than a batch", { readings: Array.from({ length: 51 }, () => 0) }],
])("%s is refused", async (_name, body) => {
  expect(await send(body)).toMatchObject({ status: 400 });
});

test("readings through the extension's port are refused: they are not a browser's to give", async () => {
  expect([401, 403, 404]).toContain((await send({ readings: [] }, true)).status);
});
