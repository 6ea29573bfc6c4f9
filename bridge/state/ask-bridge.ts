// One question to the running bridge through its socket.
import { request } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { toStateFolder } from "./paths.ts";
import { hasCode } from "./read-status.ts";
import { ensureSocketPath } from "./socket-path.ts";

const TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** A burst of askers fills the socket's queue for a moment; a bridge that starts needs one as well. */
const RETRY_LIMIT_MS = 300;

export type AskOptions = { timeoutMs?: number; signal?: AbortSignal | undefined };

/** The answer's JSON; undefined when no bridge is running. Throws on a bridge that answers wrongly or not in time. */
export async function askBridge(
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  options: AskOptions = {},
): Promise<unknown> {
  const text = await askBridgeForText(method, path, body, options);
  return text === undefined ? undefined : JSON.parse(text);
}

/** The same for an answer that is no JSON. */
export async function askBridgeForText(
  method: "GET" | "POST",
  path: string,
  body?: unknown,
  options: AskOptions = {},
): Promise<string | undefined> {
  const deadline = Date.now() + RETRY_LIMIT_MS;
  while (true) {
    try {
      return await askOnce(method, path, body === undefined ? "" : JSON.stringify(body), options);
    } catch (error) {
      const isRefused = hasCode(error, "ECONNREFUSED");
      // No socket at all: no bridge has been there since it last ended well.
      if (hasCode(error, "ENOENT")) return undefined;
      // It was killed while it answered; the next try tells whether another has taken its place.
      const isCut = method === "GET" && hasCode(error, "ECONNRESET");
      if (!isRefused && !isCut && !hasCode(error, "EAGAIN")) throw error;
      if (Date.now() > deadline) {
        if (isRefused) return undefined;
        throw error;
      }
      await sleep(10 + Math.random() * 30);
    }
  }
}

function askOnce(
  method: "GET" | "POST",
  path: string,
  body: string,
  { timeoutMs = TIMEOUT_MS, signal }: AskOptions,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        // Without an agent, which would compare the host with every form of an IP address: a seventh of the whole question.
        createConnection: () => connect({ path: ensureSocketPath(toStateFolder()), timeout: timeoutMs }),
        method,
        path,
        headers: { host: "claude-meter.sock", ...(method === "POST" ? { "content-type": "application/json" } : {}) },
        timeout: timeoutMs,
        ...(signal && { signal }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on("data", (chunk: Buffer) => {
          bytes += chunk.byteLength;
          chunks.push(chunk);
          if (bytes > MAX_ANSWER_BYTES) response.destroy(new Error("the bridge's response is too large"));
        });
        response.on("error", reject);
        response.on("end", () => {
          if (response.statusCode !== 200)
            reject(new Error(`the bridge responded with ${response.statusCode ?? "no status"}`));
          else resolve(Buffer.concat(chunks).toString("utf8"));
        });
      },
    );
    asked.on("timeout", () => asked.destroy(new Error("the bridge did not respond in time")));
    asked.on("error", reject);
    asked.end(body);
  });
}
