// The worker's end of the line, against the bridge's own and against whoever has its port instead.
import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { createAuthenticator } from "../../bridge/daemon/authenticate.ts";
import { createLine as createBridgeLine } from "../../bridge/daemon/line.ts";
import { createBridgeServer } from "../../bridge/daemon/server.ts";
import type { Credentials } from "../../extension/bridge.ts";
import { createLine, type Line } from "../../extension/line.ts";
import type { PollState } from "../../shared/poll-state.ts";
import { importKey, signAnswer } from "../../shared/signing.ts";
import { findFreePort } from "../harness/free-port.ts";
import { waitFor } from "../harness/wait-for.ts";
import { INSTALL_UUID } from "../shared/wire-examples.ts";

const key = await importKey(new Uint8Array(32).fill(7));
const otherKey = await importKey(new Uint8Array(32).fill(8));
const credentials: Credentials = { install: INSTALL_UUID, key };

type Worker = { line: Line; looks: () => number; opened: () => number; askedForHello: () => number };

type WorkerOptions = {
  look?: () => Promise<PollState | undefined>;
  /** Resolves when a bridge is there again. */
  isBack?: Promise<void>;
};

function createWorker(port: number, { look = async () => "ok", isBack }: WorkerOptions = {}): Worker {
  let looks = 0;
  let opened = 0;
  let askedForHello = 0;
  const sockets: WebSocket[] = [];
  const line = createLine({
    host: `127.0.0.1:${port}`,
    open: (path, { onOpen, onMessage, onClose }) => {
      opened += 1;
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
      sockets.push(socket);
      socket.on("open", onOpen);
      socket.on("message", (data) => onMessage(String(data)));
      socket.on("error", () => undefined);
      socket.on("close", onClose);
      return {
        send: (text) => {
          if (socket.readyState === WebSocket.OPEN) socket.send(text);
        },
        close: () => socket.close(),
      };
    },
    look: async () => {
      looks += 1;
      return await look();
    },
    isBridgeThere: async () => {
      askedForHello += 1;
      return true;
    },
    sleep: async () => await isBack,
  });
  onTestFinished(() => {
    line.close();
    for (const socket of sockets) socket.terminate();
  });
  return { line, looks: () => looks, opened: () => opened, askedForHello: () => askedForHello };
}

async function startBridge(port: number, ownKey = key) {
  const issue = async () => new Uint8Array();
  const keys = { find: () => ({ key: ownKey, browser: "Chrome" }), issue, list: () => [], revoke: async () => false };
  const line = createBridgeLine({
    authenticator: createAuthenticator({ keys, host: `127.0.0.1:${port}`, now: Date.now, startedMs: Date.now() - 1 }),
    now: Date.now,
    onDefect: () => undefined,
  });
  const server = createBridgeServer({
    routes: {},
    upgrades: { "GET /line": line.accept },
    decideRefusal: () => undefined,
    onRefusal: () => undefined,
    onDefect: () => undefined,
  });
  await new Promise<void>((resolve) => server.listen({ host: "127.0.0.1", port }, resolve));
  const close = async () => void (await Promise.all([line.close(), new Promise((resolve) => server.close(resolve))]));
  onTestFinished(close);
  return { line, close };
}

async function hasLine(bridge: Awaited<ReturnType<typeof startBridge>>) {
  return await waitFor(
    () => bridge.line.findLooker(INSTALL_UUID),
    (looker) => looker !== undefined,
  );
}

describe("with the bridge", () => {
  test("a look is made and its end is told", async () => {
    const port = await findFreePort();
    const bridge = await startBridge(port);
    const worker = createWorker(port, { look: async () => "challenge" });
    worker.line.ensureOpen(credentials);
    worker.line.ensureOpen(credentials);
    expect(await (await hasLine(bridge))?.look()).toBe("challenge");
    expect([worker.looks(), worker.opened()]).toEqual([1, 1]);
  });

  test("a look whose reading did not reach the bridge is not called one", async () => {
    const port = await findFreePort();
    const bridge = await startBridge(port);
    const worker = createWorker(port, { look: async () => undefined });
    worker.line.ensureOpen(credentials);
    expect(await (await hasLine(bridge))?.look()).toBeUndefined();
  });

  test("that restarts the line comes back, after a proven hello", async () => {
    const port = await findFreePort();
    const bridge = await startBridge(port);
    let comeBack: () => void = () => undefined;
    const isBack = new Promise<void>((resolve) => {
      comeBack = resolve;
    });
    const worker = createWorker(port, { isBack });
    worker.line.ensureOpen(credentials);
    await hasLine(bridge);
    await bridge.close();
    const next = await startBridge(port);
    comeBack();
    await hasLine(next);
    expect([worker.opened(), worker.askedForHello()]).toEqual([2, 1]);
  });

  test("a browser that no longer leads ends its line for good", async () => {
    const port = await findFreePort();
    const bridge = await startBridge(port);
    const worker = createWorker(port);
    worker.line.ensureOpen(credentials);
    await hasLine(bridge);
    worker.line.close();
    await waitFor(
      () => bridge.line.findLooker(INSTALL_UUID),
      (looker) => looker === undefined,
    );
    expect([worker.opened(), worker.askedForHello()]).toEqual([1, 0]);
  });
});

/** Has the port, hears the claim, and says these. */
async function squat(port: number, toTexts: (nonce: string) => Promise<string[]>): Promise<{ ended: () => number }> {
  let ended = 0;
  const server = new WebSocketServer({ host: "127.0.0.1", port });
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  server.on("connection", (socket) => {
    socket.on("close", () => {
      ended += 1;
    });
    socket.on("message", (data) => {
      const nonce = /nonce=([0-9a-f]{32})/.exec(String(data))?.[1] ?? "";
      void toTexts(nonce).then((texts) => {
        for (const text of texts) socket.send(text);
      });
    });
  });
  return { ended: () => ended };
}

describe("whoever has the port instead can ask for nothing", () => {
  const order = JSON.stringify({ look: 1 });
  const proofOf = async (signer: CryptoKey, nonce: string, status = 101) =>
    JSON.stringify({ proof: await signAnswer(signer, { nonce, status, body: new Uint8Array() }) });
  test.each<[string, (nonce: string) => Promise<string[]>]>([
    ["without a proof", async () => [order]],
    ["with a proof of another key", async (nonce) => [await proofOf(otherKey, nonce), order]],
    ["with a proof of another nonce", async () => [await proofOf(key, "0".repeat(32)), order]],
    ["with a proof of another answer", async (nonce) => [await proofOf(key, nonce, 200), order]],
    ["with a message without end", async () => [`{"proof":"${"0".repeat(2_000)}"}`, order]],
    ["with what is no JSON", async () => ["look", order]],
  ])("%s", async (_name, toTexts) => {
    const port = await findFreePort();
    const squatter = await squat(port, toTexts);
    const worker = createWorker(port);
    worker.line.ensureOpen(credentials);
    await waitFor(squatter.ended, (count) => count === 1);
    // And it is not tried again before the next hello that is proven.
    expect([worker.looks(), worker.opened(), worker.askedForHello()]).toEqual([0, 1, 0]);
  });
});
