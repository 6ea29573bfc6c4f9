// One start of the command to its end: watched for a limit, and ended when it stays after having hit one.
import type { Limit } from "../limit/limit.ts";
import { createLimitDetector, type Finding, type OutputName, type Retry } from "../limit/limit-detector.ts";
import { type Child, type ChildEnd, type ChildOptions, type Command, startChild } from "./child.ts";
import { takeHeldNote } from "./held-note.ts";
import type { Interruption } from "./interruption.ts";
import { createStreamReporter } from "./report-stream.ts";
import type { RunRequest } from "./run-request.ts";

export type Attempt =
  | { kind: "ended"; end: ChildEnd; finding: Finding | undefined; subagentLimit: Limit | undefined }
  | { kind: "failed"; code: 126 | 127; reason: string };

/** What every attempt of one run shares. */
export type Place = Pick<ChildOptions, "environment" | "ignoresHangup" | "isMerged" | "mark" | "outputs">;

export type AttemptEvents = {
  place: Place;
  interruption: Interruption;
  onStart: (pid: number) => void;
  onOutput: (output: OutputName, chunk: Buffer) => void;
  /** The client retries by itself until then; undefined once it has gone on. */
  onRetry: (retry: Retry | undefined) => void;
};

/** A timer of Node's that is longer than this runs out at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export async function runOnce(
  command: Command,
  { hasTerminal, killAfterMs, endAfterMs }: RunRequest,
  { interruption, place, onStart, onOutput, onRetry }: AttemptEvents,
): Promise<Attempt> {
  const reporter = createStreamReporter();
  const detector = createLimitDetector({ now: Date.now, isMerged: place.isMerged, onWindows: reporter.report });
  let child: Child | undefined;
  let endTimer: NodeJS.Timeout | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let retry: Retry | undefined;
  const watch = () => {
    const next = detector.readRetry();
    if (next !== retry) tellRetry(next);
    if (!detector.isBlocked()) {
      clearTimeout(endTimer);
      endTimer = undefined;
    } else endTimer ??= setTimeout(() => child?.end("SIGTERM"), endAfterMs);
  };
  const tellRetry = (next: Retry | undefined) => {
    retry = next;
    onRetry(next);
    clearTimeout(retryTimer);
    if (!next) return;
    // From then on it waits for an answer, as any agent does.
    retryTimer = setTimeout(() => onRetry(undefined), Math.min(next.untilMs - Date.now(), LONGEST_TIMER_MS));
  };

  const started = await startChild(command, {
    ...place,
    hasTerminal,
    killAfterMs,
    onOutput: (output, chunk) => {
      onOutput(output, chunk);
      detector.push(output, chunk);
      watch();
    },
  });
  if (started.kind === "failed") return started;
  child = started.child;
  interruption.watch(child);
  onStart(child.pid);
  const end = await child.ended;
  interruption.watch(undefined);
  clearTimeout(endTimer);
  clearTimeout(retryTimer);
  detector.end();
  await reporter.flush();
  const note = takeHeldNote(place.mark);
  const finding = detector.decide(end.code !== 0) ?? (note && { kind: "held-back" as const, ...note });
  return { kind: "ended", end, finding, subagentLimit: detector.readSubagentLimit() };
}
