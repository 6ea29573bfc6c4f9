// `claude-meter mcp` asked by the client of the official SDK: what an agent is told, how it waits, and when the server ends.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { expect, onTestFinished } from "vitest";
import * as z from "zod/mini";
import { startDaemon } from "../harness/daemon.ts";
import { toCleanEnvironment } from "../harness/environment.ts";
import type { Home } from "../harness/home.ts";
import { isAlive } from "../harness/is-alive.ts";
import { pairBrowser } from "../harness/paired-browser.ts";
import { CLI_PATH, runCli, startCli } from "../harness/program.ts";
import { createRecentRow, createUsualRow, toMoment } from "../harness/recent-row.ts";
import { test } from "../harness/test.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";

const CLOCK = fileURLToPath(new URL("../harness/clock.mjs", import.meta.url));

async function connect({ folder }: Home, args: readonly string[] = [], environment: Record<string, string> = {}) {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI_PATH, "mcp", ...args],
    env: { ...toCleanEnvironment(process.env), HOME: folder, CLAUDE_METER_HOME: folder, ...environment },
  });
  const client = new Client({ name: "agent", version: "1" });
  await client.connect(transport);
  onTestFinished(() => client.close());
  return {
    client,
    pid: transport.pid ?? Number.NaN,
    call: async (name: string, input: Record<string, unknown> = {}) =>
      (await client.callTool({ name, arguments: input })).structuredContent,
  };
}

test("an agent is told the rows of --json --redact, without the server's raw answer", async ({ home }) => {
  await home.login();
  await home.publish(createUsualRow(42, 60));
  const { call } = await connect(home);
  const { stdout } = await home.run(["--json", "--redact"]);
  const [{ usage: _, age_seconds: _age, ...row }] = z.tuple([z.looseObject({})]).parse(JSON.parse(stdout));
  expect(await call("quota_status")).toMatchObject({ rows: [row] });
  expect(JSON.stringify(await call("quota_status"))).not.toMatch(/@|usage"/);
});

test("without a reading the rows are none and the reason says so", async ({ home }) => {
  const { call } = await connect(home);
  expect(await call("quota_status")).toEqual({ rows: [], reason: "no-data" });
});

test("an account that has no row is named as unknown, and never another one's is shown", async ({ home }) => {
  await home.publish(createUsualRow(42, 60));
  const { call } = await connect(home, ["--account", "nobody@example.com"]);
  expect(await call("quota_status")).toEqual({ rows: [], reason: "unknown-account" });
  expect(await call("quota_check")).toMatchObject({ go: false, reason: "unknown-account" });
});

test.for([
  { at: 42, input: {}, go: true, reason: "under" },
  { at: 90, input: {}, go: false, reason: "over" },
  { at: 42, input: { max: 40 }, go: false, reason: "over" },
  { at: null, input: {}, go: false, reason: "unknown-value" },
])("at $at % and $input a check says go: $go ($reason), as guard does", async ({ at, input, go, reason }, { home }) => {
  await home.login();
  await home.publish(createUsualRow(at, 30));
  const { call } = await connect(home);
  const max = "max" in input ? [`--max=${input.max}`] : [];
  const guard = await home.run(["guard", "--no-wait", "--json", ...max]);
  const answer = await call("quota_check", input);
  expect(answer).toMatchObject({ go, reason });
  const { at: _, ...event } = z.looseObject({}).parse(JSON.parse(guard.stdout));
  expect(answer).toMatchObject(event);
});

test("a stale reading is no go", async ({ home }) => {
  await home.login();
  await home.publish(createUsualRow(5, 5, { ageMs: 700_000 }));
  const { call } = await connect(home);
  expect(await call("quota_check")).toMatchObject({ go: false, reason: "stale" });
});

test("a wait tells its progress, and ends when the reset has brought room", async ({ home }) => {
  await home.login();
  await home.publish(createRecentRow({ windows: [{ utilization: 97, resets_at: toMoment(60_000) }] }));
  const clockFile = join(home.folder, "clock");
  writeFileSync(clockFile, "0");
  const { client } = await connect(home, [], { NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_FILE: clockFile });
  const messages: string[] = [];
  let laterMs = 0;
  // Each word of progress finds the clock two minutes on, so that nobody waits for the spread.
  const onprogress = ({ message = "" }) => {
    messages.push(message);
    laterMs += laterMs === 0 ? 0 : 120_000;
    writeFileSync(clockFile, String(laterMs));
  };
  const waited = client.callTool(
    { name: "quota_wait", arguments: {} },
    { onprogress, resetTimeoutOnProgress: true, timeout: 80_000 },
  );
  await waitFor(
    () => messages,
    (told) => told.length > 0,
  );
  expect(messages[0]).toMatch(/^five_hour is at 97 %.*waiting until/);
  const fresh = [{ utilization: 2, resets_at: toMoment(5 * 3_600_000) }];
  await home.publish(createRecentRow({ ageMs: -300_000, windows: fresh }));
  laterMs = 300_000;
  writeFileSync(clockFile, String(laterMs));
  expect((await waited).structuredContent).toMatchObject({ go: true, event: "released", reason: "reset" });
});

test("a wait that the agent bounds ends with no", async ({ home }) => {
  await home.login();
  await home.publish(createUsualRow(97, 30));
  const { call } = await connect(home);
  expect(await call("quota_wait", { max_wait_minutes: 0.01 })).toMatchObject({ go: false, reason: "max-wait" });
});

test("without a bridge a claim is the gate's answer, and promises nothing", async ({ home }) => {
  await home.login();
  await home.publish(createUsualRow(42, 60));
  const { call } = await connect(home);
  expect(await call("quota_claim")).toMatchObject({ go: true, claim: null, reason: "no-lease" });
});

test("a claim is a lease until its release, and the end of the agent ends the others", async ({ home }) => {
  const daemon = await startDaemon({ home: home.folder });
  onTestFinished(async () => void (await daemon.stop()));
  await home.login();
  const browser = await pairBrowser(daemon);
  const windows = [createUsageWindow({ utilization: 20, resets_at: toMoment(3_600_000) })];
  await browser.report([createSnapshot({ fetched_at: toMoment(0), windows })]);
  const { client, call } = await connect(home);
  const listHeld = async () => {
    const { stdout } = await home.run(["leases", "--json"]);
    const leases = z.array(z.looseObject({ class: z.string(), state: z.string() })).parse(JSON.parse(stdout));
    return leases.filter(({ state }) => state === "running").map((lease) => lease.class);
  };
  const first = z.looseObject({ claim: z.string() }).parse(await call("quota_claim", { class: "docs/review" }));
  expect(first).toMatchObject({ go: true, reason: "granted" });
  expect(await call("quota_claim", { class: "docs/index" })).toMatchObject({ go: true });
  expect((await listHeld()).toSorted()).toEqual(["docs/index", "docs/review"]);
  expect(await call("quota_release", { claim: first.claim })).toEqual({ released: true });
  await waitFor(listHeld, (held) => held.join() === "docs/index");
  expect(await call("quota_release", { claim: first.claim })).toEqual({ released: false });
  await client.close();
  await waitFor(listHeld, (held) => held.length === 0);
});

test("a claim at the limit is refused with the window that is full", async ({ home }) => {
  const daemon = await startDaemon({ home: home.folder });
  onTestFinished(async () => void (await daemon.stop()));
  await home.login();
  const browser = await pairBrowser(daemon);
  const windows = [createUsageWindow({ utilization: 97, resets_at: toMoment(3_600_000) })];
  await browser.report([createSnapshot({ fetched_at: toMoment(0), windows })]);
  const { call } = await connect(home);
  expect(await call("quota_claim")).toMatchObject({ go: false, claim: null, reason: "over" });
});

test("a cancelled wait ends at once and the server answers on", async ({ home }) => {
  await home.login();
  await home.publish(createUsualRow(97, 30));
  const { client, call } = await connect(home);
  const cancel = new AbortController();
  const waiting = client.callTool(
    { name: "quota_wait", arguments: {} },
    { signal: cancel.signal, onprogress: () => cancel.abort() },
  );
  await expect(waiting).rejects.toThrow();
  expect(await call("quota_check")).toMatchObject({ go: false, reason: "over" });
});

test("an argument that no tool takes is refused by its name", async ({ home }) => {
  const { client } = await connect(home);
  const answer = await client.callTool({ name: "quota_check", arguments: { maximum: 3 } });
  expect(answer).toMatchObject({ isError: true });
  expect(JSON.stringify(answer)).toContain("maximum");
});

test("the list of the tools costs an agent less than 2.5 kB", async ({ home }) => {
  const { client } = await connect(home);
  const { tools } = await client.listTools();
  const names = ["quota_status", "quota_check", "quota_wait", "quota_claim", "quota_release"];
  expect(tools.map(({ name }) => name)).toEqual(names);
  expect(Buffer.byteLength(JSON.stringify(tools))).toBeLessThan(2_500);
});

test("the server ends with its stdin, also in the middle of a wait", async ({ home }) => {
  await home.login();
  await home.publish(createUsualRow(97, 30));
  const server = startCli(home.folder, ["mcp"], { stdin: { kind: "open" } });
  const send = (message: object) => server.child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const clientInfo = { name: "agent", version: "1" };
  send({ id: 1, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } });
  await server.hasPrinted('"id":1');
  const progressToken = 7;
  send({ id: 2, method: "tools/call", params: { name: "quota_wait", arguments: {}, _meta: { progressToken } } });
  await server.hasPrinted("notifications/progress");
  server.child.stdin?.end();
  expect(await server.ended).toMatchObject({ code: 0, stderr: "" });
  expect(isAlive(server.pid)).toBe(false);
});

test("a wrong option ends with 64 before anything is served", async ({ folder }) => {
  expect(await runCli(folder, ["mcp", "--port", "1"])).toMatchObject({ code: 64, stdout: "" });
});
