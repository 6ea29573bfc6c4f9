// The native messaging host as a browser runs it: a process with frames on stdin and stdout, and nothing else.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import * as z from "zod/mini";
import { readMessage, toFrame } from "../../bridge/native-host/messages.ts";
import { type NativeReply, type NativeRequest, nativeReplySchema } from "../../shared/native-message.ts";
import { fromHex, importKey } from "../../shared/signing.ts";
import { askSocket } from "../harness/daemon.ts";
import { findFreePort } from "../harness/free-port.ts";
import { runCli, startProgram } from "../harness/program.ts";
import { ask } from "../harness/signed-client.ts";
import { createTestFolder } from "../harness/test.ts";
import { INSTALL_UUID } from "../shared/wire-examples.ts";

const HOST_PATH = fileURLToPath(new URL("../../dist/bridge/native-host.js", import.meta.url));
const request: NativeRequest = { install: INSTALL_UUID, browser: "Vivaldi", poll: null };
const OTHER_INSTALL = "00000000-0000-4000-8000-0000000000dd";

type World = { home: string; environment: Record<string, string>; port: number };
type Ended = { reply: NativeReply; code: number | null; stdout: Buffer; stderr: string };

async function createWorld(): Promise<World> {
  const home = await createTestFolder();
  const port = await findFreePort();
  const environment = { CLAUDE_METER_PORT: String(port) };
  onTestFinished(async () => {
    await runCli(home, ["bridge", "stop"], { environment: environment });
  });
  return { home, environment, port };
}

/** As Chrome does: stdin stays open until the host has ended. */
async function runHost({ home, environment }: World, chunks: readonly Uint8Array[], isClosed = false): Promise<Ended> {
  const origin = "chrome-extension://mcfgdnjkhomoglnbllnaaeidincphmjb/";
  const own = { CLAUDE_METER_HOME: home, ...environment };
  const host = startProgram(process.execPath, [HOST_PATH, origin], { environment: own, stdin: { kind: "open" } });
  for (const chunk of chunks) host.child.stdin?.write(chunk);
  if (isClosed) host.child.stdin?.end();
  const { code, stderr } = await host.ended;
  const stdout = host.readBytes();
  return { reply: nativeReplySchema.parse(await readMessage(toInput(stdout))), code, stdout, stderr };
}

async function* toInput(bytes: Buffer): AsyncGenerator<unknown> {
  yield bytes;
}

function toKey(reply: NativeReply | undefined): string {
  if (reply?.kind !== "ready" || reply.key === undefined) throw new Error(`the host said ${reply?.kind}`);
  return reply.key;
}

describe("a request", () => {
  test("starts the bridge if none runs, and brings the key that the port knows", async () => {
    const world = await createWorld();
    const { reply, code, stderr } = await runHost(world, [toFrame(request)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const credentials = { install: INSTALL_UUID, key: await importKey(fromHex(toKey(reply))) };
    expect(await ask(credentials, world.port, { method: "GET", path: "/hello" })).toMatchObject({
      status: 200,
      isProven: true,
    });
  });

  test("has one answer and nothing else on stdout, and comes in pieces too", async () => {
    const world = await createWorld();
    const whole = await runHost(world, [toFrame(request)]);
    expect(whole.stdout).toEqual(toFrame(whole.reply));
    const pieces = Array.from(toFrame(request), (byte) => Buffer.from([byte]));
    expect(toKey((await runHost(world, pieces)).reply)).toBe(toKey(whole.reply));
    const twice = await runHost(world, [Buffer.concat([toFrame(request), toFrame(request)])]);
    expect(twice.stdout).toEqual(toFrame(whole.reply));
  });

  test("of two profiles at once that start the bridge together brings two keys of one bridge", async () => {
    const world = await createWorld();
    const other = { ...request, install: OTHER_INSTALL };
    const both = await Promise.all([runHost(world, [toFrame(request)]), runHost(world, [toFrame(other)])]);
    const [first, second] = [toKey(both[0].reply), toKey(both[1].reply)];
    expect(first).not.toBe(second);
    for (const [install, key] of [[INSTALL_UUID, first] as const, [OTHER_INSTALL, second] as const]) {
      const credentials = { install, key: await importKey(fromHex(key)) };
      expect(await ask(credentials, world.port, { method: "GET", path: "/hello" })).toMatchObject({ status: 200 });
    }
  });

  test("does not start a bridge that its user has stopped", async () => {
    const world = await createWorld();
    await runHost(world, [toFrame(request)]);
    await runCli(world.home, ["bridge", "stop"], { environment: world.environment });
    expect((await runHost(world, [toFrame(request)])).reply).toEqual({ kind: "stopped" });
    expect(existsSync(join(world.home, "bridge.sock"))).toBe(false);
  });

  test("brings no key to a profile whose key was revoked", async () => {
    const world = await createWorld();
    await runHost(world, [toFrame(request)]);
    await askSocket(world.home, "POST", "/keys/revoke", { install: INSTALL_UUID });
    expect((await runHost(world, [toFrame(request)])).reply).toEqual({ kind: "revoked" });
  });
});

describe("anything else", () => {
  const wrong = (change: Record<string, unknown>) => toFrame({ ...request, ...change });

  test.each<[string, Uint8Array]>([
    ["no JSON", Buffer.concat([Buffer.from([4, 0, 0, 0]), Buffer.from("oops")])],
    ["a length that is too long", Buffer.from([0xff, 0xff, 0xff, 0xff])],
    ["an empty body", Buffer.from([0, 0, 0, 0])],
    ["JSON nested deeper than a stack", Buffer.concat([Buffer.from([0x60, 0xea, 0, 0]), Buffer.alloc(60_000, "[")])],
    ["a list", toFrame([request])],
    ["null", toFrame(null)],
    ["a path for an install", wrong({ install: "../../etc/passwd" })],
    ["no install", wrong({ install: undefined })],
    ["a browser with an escape character", wrong({ browser: "\u001b[2J" })],
    ["a poll of another form", wrong({ poll: { state: "ok" } })],
  ])("%s is answered with failed, and starts nothing", async (_name, bytes) => {
    const world = await createWorld();
    const { reply, code, stderr } = await runHost(world, [bytes]);
    expect({ reply, code, stderr }).toEqual({ reply: { kind: "failed" }, code: 0, stderr: "" });
    expect(await readdir(world.home)).toEqual([]);
  });

  test.each<[string, Uint8Array[]]>([
    ["nothing at all", []],
    ["half a length", [Buffer.from([1, 0])]],
    ["half a message", [toFrame(request).subarray(0, 20)]],
  ])("%s and an end is answered with failed", async (_name, chunks) => {
    const { reply, code, stderr } = await runHost(await createWorld(), chunks, true);
    expect({ reply, code, stderr }).toEqual({ reply: { kind: "failed" }, code: 0, stderr: "" });
  });

  test("a browser that is gone when the answer comes is no reason to hang or to crash", async () => {
    const { home, environment } = await createWorld();
    const own = { CLAUDE_METER_HOME: home, ...environment };
    const host = startProgram(process.execPath, [HOST_PATH], { environment: own, stdin: { kind: "open" } });
    host.child.stdout?.destroy();
    host.child.stdin?.end(toFrame(null));
    expect(await host.ended).toMatchObject({ code: 0 });
  });
});

test("the install of the answer to a wrong request is never kept", async () => {
  const world = await createWorld();
  await runHost(world, [toFrame(request)]);
  await runHost(world, [toFrame({ ...request, install: OTHER_INSTALL, browser: "" })]);
  const listSchema = z.looseObject({ paired: z.array(z.looseObject({ install: z.string() })) });
  const { paired } = listSchema.parse(await askSocket(world.home, "GET", "/keys"));
  expect(paired.map(({ install }) => install)).toEqual([INSTALL_UUID]);
});
