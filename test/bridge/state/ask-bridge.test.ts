// Asking a bridge through its socket while it comes and goes.
import { createServer, type Server } from "node:net";
import { expect, onTestFinished } from "vitest";
import { askBridge } from "../../../bridge/state/ask-bridge.ts";
import { ensureSocketPath } from "../../../bridge/state/socket-path.ts";
import { test } from "../../harness/test.ts";

const ANSWER =
  'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 7\r\nconnection: close\r\n\r\n{"a":1}';

/** Hangs up on as many askers as told, then answers. */
async function listen(folder: string, hangUps: number): Promise<void> {
  const before = process.env["CLAUDE_METER_HOME"];
  process.env["CLAUDE_METER_HOME"] = folder;
  let left = hangUps;
  const server: Server = createServer((socket) => {
    socket.once("data", () => (left-- > 0 ? socket.destroy() : socket.end(ANSWER)));
  });
  await new Promise<void>((resolve) => server.listen(ensureSocketPath(folder), resolve));
  onTestFinished(() => {
    server.close();
    if (before === undefined) delete process.env["CLAUDE_METER_HOME"];
    else process.env["CLAUDE_METER_HOME"] = before;
  });
}

test("a bridge that dies over an answer is asked again, and one in its place answers", async ({ folder }) => {
  await listen(folder, 1);
  expect(await askBridge("GET", "/status")).toEqual({ a: 1 });
});

test("what may have been done already is not sent twice", async ({ folder }) => {
  await listen(folder, 1);
  await expect(askBridge("POST", "/stop", {})).rejects.toThrow();
});
