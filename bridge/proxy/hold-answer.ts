// What the client of a held turn sees: the head of a stream, pings, and at the end the answer or an error in the API's form.
import type { ServerResponse } from "node:http";
import { toPairs } from "./forward-headers.ts";

/**
 * Claude Code counts thirty signs of life that are no events, and breaks off after 180 s without a byte, Node's fetch after
 * 300 s: the slower the pings, the longer the hold.
 */
const PING_MS = 120_000;
const PING = 'event: ping\ndata: {"type": "ping"}\n\n';
const STATUS = /^anthropic-ratelimit-unified-(?:(?:5h|7d)(?:_[a-z0-9]{1,20})?-)?status$/i;
const THRESHOLD = /-surpassed-threshold$/i;

/** Windows of the refusal, but allowed: a refusal beside a turn that goes on ends an agent that works. */
export function toHeldHeaders(rawHeaders: readonly string[]): string[] {
  const told = toPairs(rawHeaders)
    .filter(([name]) => /^(?:anthropic-|request-id$)/i.test(name) && !THRESHOLD.test(name))
    .map(([name, value]) => [name, STATUS.test(name) ? "allowed" : value]);
  const own = [
    "content-type",
    "text/event-stream; charset=utf-8",
    "cache-control",
    "no-cache",
    "x-claude-meter",
    "held",
  ];
  return [...told.flat(), ...own];
}

/** Returns what ends the pings. */
export function openHeldAnswer(response: ServerResponse, rawHeaders: readonly string[]): () => void {
  response.writeHead(200, toHeldHeaders(rawHeaders));
  response.write(PING);
  const timer = setInterval(() => response.write(PING), PING_MS);
  response.on("close", () => clearInterval(timer));
  return () => clearInterval(timer);
}

/** Claude Code then asks once more without a stream, and says in its own words what that one is answered. */
export function endHeldAnswer(response: ServerResponse, message: string): void {
  const error = { type: "error", error: { type: "rate_limit_error", message } };
  response.end(`event: error\ndata: ${JSON.stringify(error)}\n\n`);
}
