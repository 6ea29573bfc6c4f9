// The order of a run: gate, start, and at a limit either the stop or the wait and the next start.
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import type { Limit, Trouble } from "../limit/limit.ts";
import type { Finding } from "../limit/limit-detector.ts";
import { formatLimit } from "../limit/limit-words.ts";
import type { ChildEnd } from "./child.ts";
import { decideNext, type Resume } from "./decide-next.ts";
import type { Interruption } from "./interruption.ts";
import type { RunGate } from "./run-gate.ts";
import { runOnce } from "./run-once.ts";
import type { RunRequest } from "./run-request.ts";
import type { Speaker } from "./speaker.ts";
import type { StatusKeeper } from "./status-keeper.ts";
import { toLimitEndMs } from "./to-limit-end-ms.ts";

export type RunDependencies = {
  gate: RunGate;
  interruption: Interruption;
  keeper: StatusKeeper;
  speaker: Speaker;
};

const troubleWords: Readonly<Record<Trouble, string>> = {
  throttle: "the server throttled the command; this is not the plan limit",
  server: "the server was overloaded; this is not the plan limit",
};

/** How this process has to end. Rejects with an AbortError when a wait is interrupted. */
export async function runToEnd(request: RunRequest, dependencies: RunDependencies): Promise<ChildEnd> {
  const { gate, interruption, keeper, speaker } = dependencies;
  const { say } = speaker;
  const opened = await gate.open();
  if (opened !== "done") return toExit(exitCodes[opened]);
  const restartsMs: number[] = [];
  for (let command = request.command; ; command = request.resume?.command ?? command) {
    const attempt = await runOnce(command, request, {
      interruption,
      onStart: (pid) => keeper.change({ state: "running", child_pid: pid, resume_at: null }),
      onOutput: (output, chunk) => {
        keeper.touch();
        speaker.hear(output, chunk);
      },
    });
    if (attempt.kind === "failed") {
      say(`claude-meter: ${command.file} can not be started: ${attempt.reason}`);
      return toExit(attempt.code);
    }
    const finding = toFinding(attempt.finding, gate);
    const limit = finding?.kind === "limit" ? finding.limit : undefined;
    const resetMs = limit && ((await toLimitEndMs(limit)) ?? gate.findResetMs(limit));
    const nowMs = Date.now();
    const isInterrupted = interruption.received() !== undefined;
    const hasReadings = limit !== undefined && gate.hasReadings();
    const next = decideNext({ finding, isInterrupted, resetMs, hasReadings, nowMs }, toResume(request, restartsMs));
    if (next.kind === "mirror") {
      if (next.trouble) say(`claude-meter: ${troubleWords[next.trouble]}; its exit code stands`);
      return toOwnEnd(attempt.end, interruption);
    }
    keeper.change({ child_pid: null, limit: toStatusLimit(next.limit, resetMs) });
    const words = formatLimit(next.limit, { resetMs, nowMs });
    if (next.kind === "stop") {
      say(`${words}; ${next.why}`);
      return toExit(exitCodes.over);
    }
    say(`${words}; waiting`);
    keeper.change({ state: "waiting" });
    const answer = await gate.waitFor(next.limit, resetMs);
    if (answer !== "done") return toExit(exitCodes[answer]);
    restartsMs.push(Date.now());
    keeper.change({ restarts: restartsMs.length });
    say(`claude-meter: the limit is over; starting again (restart ${restartsMs.length})`);
  }
}

function toExit(code: number): ChildEnd {
  return { code, signal: null };
}

/** A command that had to be killed after it was asked to end has ended for the reason it was asked. */
function toOwnEnd(end: ChildEnd, interruption: Interruption): ChildEnd {
  const received = interruption.received();
  return received && end.signal === "SIGKILL" ? { code: null, signal: received } : end;
}

function toResume({ resume, guard }: RunRequest, restartsMs: readonly number[]): Resume | undefined {
  return resume && { limit: resume.limit, restartsMs, maxWaitMs: guard.maxWaitMs };
}

/** The 429 of a full plan and that of a busy server can read alike; the meter tells them apart. */
function toFinding(finding: Finding | undefined, gate: RunGate): Finding | undefined {
  if (finding?.kind !== "trouble" || finding.trouble !== "throttle") return finding;
  const limit = gate.findFullLimit();
  return limit ? { kind: "limit", limit } : finding;
}

function toStatusLimit(limit: Limit, resetMs: number | undefined) {
  const resetsAt = resetMs === undefined ? null : toIso(resetMs);
  return { class: limit.class, window: limit.window, resets_at: resetsAt, hit_at: toIso(limit.seenAtMs) };
}
