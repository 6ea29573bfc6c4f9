// POST /witness at a real bridge: who may say what, and that a bad body costs nothing but itself.
import { request } from "node:http";
import { join } from "node:path";
import { afterAll, expect } from "vitest";
import { type BridgeProcess, createBridgeProcess } from "../harness/bridge-process.ts";
import { findFreePort } from "../harness/free-port.ts";
import { writeRows } from "../harness/home.ts";
import { createUsualRow } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { createWitness, createWitnessPost } from "../shared/wire-examples.ts";

let bridge: BridgeProcess;
let port: number;

test.beforeAll(async ({ sharedFolder }) => {
  port = await findFreePort();
  bridge = createBridgeProcess(sharedFolder, { CLAUDE_METER_PORT: String(port) });
  await writeRows(sharedFolder, [createUsualRow(17, 28, { ageMs: 60_000 })]);
  await bridge.start();
});
afterAll(() => bridge.stop());

type Sent = { body: unknown; headers?: Record<string, string>; method?: string; byTcp?: boolean };

function send({ body, headers = {}, method = "POST", byTcp = false }: Sent): Promise<{ status: number; body: string }> {
  const door = byTcp ? { host: "127.0.0.1", port } : { socketPath: join(bridge.home, "bridge.sock") };
  const host = byTcp ? `127.0.0.1:${port}` : "claude-meter.sock";
  return new Promise((resolve, reject) => {
    const asked = request(
      { ...door, method, path: "/witness", headers: { host, "content-type": "application/json", ...headers } },
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

const good = createWitnessPost();

test("a witness of a known row is kept, and once is enough", async () => {
  expect(await send({ body: good })).toEqual({ status: 200, body: '{"kept":true}' });
  expect(await send({ body: good })).toEqual({ status: 200, body: '{"kept":false}' });
  expect((await bridge.readRows())[0]?.witness).toEqual(createWitness());
});

test("what a later version says besides is passed over", async () => {
  expect(await send({ body: { ...good, note: "x" } })).toMatchObject({ status: 200 });
  expect((await bridge.readRows())[0]?.witness).toEqual(createWitness());
});

test("a witness of a row that nobody has read is not kept", async () => {
  const body = { ...good, org_uuid: "00000000-0000-4000-8000-0000000000dd" };
  expect(await send({ body })).toEqual({ status: 200, body: '{"kept":false}' });
});

test.each([
  ["no JSON", "hello", 400],
  ["no body", "", 400],
  ["a list", [good], 400],
  ["a prototype", '{"__proto__":{"kept":true}}', 400],
  [
    "an epoch for a percentage",
    { ...good, windows: { five_hour: { utilization: 1_779_124_800, resets_at: null } } },
    400,
  ],
  ["deep nesting", `${"[".repeat(5_000)}${"]".repeat(5_000)}`, 400],
])("%s is refused", async (_name, body, status) => {
  expect(await send({ body })).toMatchObject({ status });
});

test.each([
  ["from a page", { headers: { origin: "https://evil.example" } }, 403],
  ["under another name", { headers: { host: "localhost" } }, 403],
  ["as a form", { headers: { "content-type": "text/plain" } }, 415],
  ["with another method", { method: "PUT" }, 405],
])("a witness %s is refused", async (_name, change, status) => {
  expect(await send({ body: good, ...change })).toMatchObject({ status });
});

test("a witness through the extension's port is refused: it is not the extension's to give", async () => {
  const { status } = await send({ body: good, byTcp: true });
  expect([401, 403, 404]).toContain(status);
});
