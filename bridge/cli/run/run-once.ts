// One start of the command to its end: watched for a limit, and ended when it stays after having hit one.
import { createLimitDetector, type Finding, type OutputName } from "../limit/limit-detector.ts";
import { type Child, type ChildEnd, type Command, startChild } from "./child.ts";
import type { Interruption } from "./interruption.ts";
import type { RunRequest } from "./run-request.ts";

export type Attempt =
  | { kind: "ended"; end: ChildEnd; finding: Finding | undefined }
  | { kind: "failed"; code: 126 | 127; reason: string };

export type AttemptEvents = {
  interruption: Interruption;
  onStart: (pid: number) => void;
  onOutput: (output: OutputName, chunk: Buffer) => void;
};

export async function runOnce(
  command: Command,
  { hasTerminal, killAfterMs, endAfterMs }: RunRequest,
  { interruption, onStart, onOutput }: AttemptEvents,
): Promise<Attempt> {
  const detector = createLimitDetector(Date.now);
  let child: Child | undefined;
  let endTimer: NodeJS.Timeout | undefined;
  const watchLimit = () => {
    if (!detector.isBlocked()) {
      clearTimeout(endTimer);
      endTimer = undefined;
    } else endTimer ??= setTimeout(() => child?.end("SIGTERM"), endAfterMs);
  };

  const started = await startChild(command, {
    hasTerminal,
    killAfterMs,
    onOutput: (output, chunk) => {
      onOutput(output, chunk);
      detector.push(output, chunk);
      watchLimit();
    },
  });
  if (started.kind === "failed") return started;
  child = started.child;
  interruption.watch(child);
  onStart(child.pid);
  const end = await child.ended;
  interruption.watch(undefined);
  clearTimeout(endTimer);
  detector.end();
  return { kind: "ended", end, finding: detector.decide(end.code !== 0) };
}
