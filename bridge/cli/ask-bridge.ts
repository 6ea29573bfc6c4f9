// One question to the running bridge through its socket.
import { request } from "node:http";
import { toStateFolder } from "../state/paths.ts";
import { hasCode } from "../state/read-status.ts";
import { toSocketPath } from "../state/socket-path.ts";

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

export type Question = { body?: unknown; timeoutMs?: number };

/** The answer's JSON; undefined when no bridge is running. Throws on a bridge that answers wrongly or not in time. */
export function askBridge(method: "GET" | "POST", path: string, question: Question = {}): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        socketPath: toSocketPath(toStateFolder()),
        method,
        path,
        headers: { host: "claude-meter.sock", ...(method === "POST" ? { "content-type": "application/json" } : {}) },
        timeout: question.timeoutMs ?? TIMEOUT_MS,
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.byteLength;
          chunks.push(chunk);
          if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error("the bridge's answer is too large"));
        });
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode !== 200) reject(new Error(`the bridge answered ${response.statusCode ?? "nothing"}`));
          else resolve(JSON.parse(Buffer.concat(chunks).toString("utf8")));
        });
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("the bridge did not answer in time")));
    asked.on("error", (error) => {
      // No socket, or the socket of a bridge that died.
      if (hasCode(error, "ENOENT") || hasCode(error, "ECONNREFUSED")) resolve(undefined);
      else reject(error);
    });
    asked.end(question.body === undefined ? undefined : JSON.stringify(question.body));
  });
}
