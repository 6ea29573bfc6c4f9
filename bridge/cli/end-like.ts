// Ends this process the way the command ended: with its exit code, or by its signal.
import { once } from "node:events";
import { constants } from "node:os";
import type { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type { ChildEnd } from "./run/child.ts";

/** Raising the others would leave a core file of ours beside the command's own, or do nothing at all in Node. */
const RAISED = new Set<NodeJS.Signals>(["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"]);

export async function endLike(end: ChildEnd, flushLimitMs: number): Promise<never> {
  const flushed = Promise.all([flush(process.stdout), flush(process.stderr)]);
  await (Number.isFinite(flushLimitMs) ? Promise.race([flushed, sleep(flushLimitMs)]) : flushed);
  return endAtOnce(end);
}

/** Nobody may be left to take what is still to be written. */
export function endAtOnce({ code, signal }: ChildEnd): never {
  if (signal === null) process.exit(code ?? 0);
  process.removeAllListeners(signal);
  // A shell that waits for us sees Ctrl-C as such only by the signal, and then stops its loop as well.
  if (RAISED.has(signal)) process.kill(process.pid, signal);
  process.exit(128 + constants.signals[signal]);
}

async function flush(stream: Writable): Promise<void> {
  if (stream.destroyed || !stream.writable) return;
  const broken = once(stream, "close").catch(() => undefined);
  await Promise.race([new Promise<void>((resolve) => stream.write("", () => resolve())), broken]);
}
