// The order of a run: gate, start, and at a limit either the stop or the wait and the next start.
import { formatDuration } from "../../../shared/format.ts";
import { toIso } from "../../../shared/time.ts";
import { exitCodes } from "../../state/exit-code.ts";
import { isForPerson, type Limit, type Trouble } from "../limit/limit.ts";
import type { Finding, Retry } from "../limit/limit-detector.ts";
import { formatHeldBack, formatLimit } from "../limit/limit-words.ts";
import type { ChildEnd, Command } from "./child.ts";
import { decideNext, type Resume } from "./decide-next.ts";
import type { Interruption } from "./interruption.ts";
import { findMoneyTrouble, findWall, formatWall, LIMIT_VARIABLE, toWall, type Wall } from "./otherwise.ts";
import type { RunGate } from "./run-gate.ts";
import { type Place, runOnce } from "./run-once.ts";
import type { RunRequest } from "./run-request.ts";
import type { Speaker } from "./speaker.ts";
import type { StatusKeeper } from "./status-keeper.ts";
import { toLimitEndMs } from "./to-limit-end-ms.ts";

export type RunDependencies = {
  gate: RunGate;
  interruption: Interruption;
  keeper: StatusKeeper;
  place: Place;
  speaker: Speaker;
};

const troubleWords: Readonly<Record<Trouble, string>> = {
  throttle: "the server throttled the command (too many requests or tokens a minute); this is not the plan limit",
  refused: "the server throttled the command (429 that names no limit); the meter shows no full window",
  overload: "the server was overloaded (529); this is not the plan limit",
  server: "the server failed; this is not the plan limit",
};

const startWords: Readonly<Record<string, string>> = {
  ENOENT: "command not found",
  EACCES: "permission denied",
  ENOEXEC: "not a program this system can run",
};

/** How this process has to end. Rejects with an AbortError when a wait is interrupted. */
export async function runToEnd(request: RunRequest, dependencies: RunDependencies): Promise<ChildEnd> {
  const { gate, interruption, keeper, place, speaker } = dependencies;
  const { say } = speaker;
  const wall = request.otherwise && findWall(gate.read(), request.guard, Date.now());
  let elsewhere = wall && toElsewhere(wall, request, dependencies);
  if (wall && elsewhere) say(`claude-meter: ${formatWall(wall, Date.now())}; running --else`);
  const opened = elsewhere ? "done" : await gate.open();
  if (opened !== "done") return toExit(exitCodes[opened]);
  const restartsMs: number[] = [];
  for (let own = request.command; ; own = request.resume?.command ?? own) {
    const command = elsewhere?.command ?? own;
    const ran = request.otherwise && (elsewhere ? "else" : "command");
    const attempt = await runOnce(command, request, {
      interruption,
      place: { ...place, environment: { ...place.environment, ...elsewhere?.environment } },
      onStart: (pid) => keeper.change({ state: "running", child_pid: pid, resume_at: null, ...(ran && { ran }) }),
      onOutput: (output, chunk) => {
        keeper.touch();
        speaker.hear(output, chunk);
      },
      onRetry: createRetryTeller(dependencies),
    });
    gate.release();
    if (attempt.kind === "failed") {
      say(`claude-meter: ${command.file}: ${startWords[attempt.reason] ?? `cannot be started (${attempt.reason})`}`);
      return toExit(attempt.code);
    }
    const finding = toFinding(attempt.finding, gate);
    const limit = finding?.kind === "limit" ? finding.limit : undefined;
    const resetMs = limit && ((await toLimitEndMs(limit)) ?? gate.findResetMs(limit));
    const nowMs = Date.now();
    const isInterrupted = interruption.received() !== undefined;
    const hasReadings = limit !== undefined && gate.hasReadings();
    const next = decideNext(
      { finding, isInterrupted, resetMs, hasReadings, nowMs, hasLostOutput: attempt.end.lost !== undefined },
      elsewhere ? undefined : toResume(request, restartsMs),
    );
    if (next.kind === "mirror") {
      if (next.trouble) say(`claude-meter: ${troubleWords[next.trouble]}; keeping its exit code`);
      if (attempt.subagentLimit) say(toSubagentWords(attempt.subagentLimit, nowMs));
      if (next.trouble) keeper.change({ reason: next.trouble });
      return toOwnEnd(attempt.end, interruption);
    }
    if (next.kind === "held-back") {
      keeper.change({ child_pid: null, reason: "held-back" });
      say(`claude-meter: ${formatHeldBack(next)}`);
      return toExit(exitCodes.over);
    }
    const reason = isForPerson(next.limit) ? "needs-person" : "limit";
    keeper.change({ child_pid: null, limit: toStatusLimit(next.limit, resetMs), reason });
    const words = formatLimit(next.limit, { resetMs, nowMs });
    if (!elsewhere && attempt.end.lost === undefined) {
      elsewhere = toElsewhere(toWall(next.limit, resetMs, gate.read()), request, dependencies);
      if (elsewhere) {
        say(`${words}; running --else`);
        keeper.change({ reason: null });
        continue;
      }
    }
    if (next.kind === "stop") {
      say(`${words}; ${next.why}`);
      return { ...toExit(exitCodes.over), lost: attempt.end.lost };
    }
    say(`${words}; waiting`);
    keeper.change({ state: "waiting" });
    const answer = await gate.waitFor(next.limit, resetMs);
    if (answer !== "done") return toExit(exitCodes[answer]);
    restartsMs.push(Date.now());
    keeper.change({ restarts: restartsMs.length, reason: null });
    say(`claude-meter: limit reset; restarting (restart ${restartsMs.length})`);
  }
}

type Elsewhere = { command: Command; environment: Readonly<Record<string, string>> };

/** Undefined without --else, and when money forbids it, which is said. */
function toElsewhere(wall: Wall, { otherwise }: RunRequest, dependencies: RunDependencies): Elsewhere | undefined {
  if (!otherwise) return undefined;
  const trouble = findMoneyTrouble(dependencies.gate.read(), otherwise.moneyMaxPercent);
  if (trouble === undefined) {
    return { command: otherwise.command, environment: { [LIMIT_VARIABLE]: JSON.stringify(wall) } };
  }
  dependencies.speaker.say(`claude-meter: not running --else: ${trouble} (--else-money-max)`);
  return undefined;
}

/** Longer than a short hiccup of the server: then the operator wants to know why nothing comes. */
const LONG_RETRY_MS = 120_000;

/** An agent that asks again by itself waits, and is not stalled; of a long row of retries the operator hears once. */
function createRetryTeller({ keeper, speaker }: RunDependencies): (retry: Retry | undefined) => void {
  let toldSinceMs: number | undefined;
  return (retry) => {
    if (!retry) return keeper.change({ state: "running", resume_at: null });
    keeper.change({ state: "waiting", resume_at: toIso(retry.untilMs) });
    const lastsMs = retry.untilMs - retry.sinceMs;
    if (lastsMs < LONG_RETRY_MS || toldSinceMs === retry.sinceMs) return;
    toldSinceMs = retry.sinceMs;
    const status = retry.status === null ? "" : `, HTTP ${retry.status}`;
    const attempt = `attempt ${retry.attempt}${retry.attempts === null ? "" : ` of ${retry.attempts}`}${status}`;
    speaker.say(
      `claude-meter: the command keeps retrying on its own, for ${formatDuration(lastsMs)} so far (${attempt})`,
    );
  };
}

function toExit(code: number): ChildEnd {
  return { code, signal: null };
}

/** A command that had to be killed after it was asked to end has ended for the reason it was asked. */
function toOwnEnd(end: ChildEnd, interruption: Interruption): ChildEnd {
  const received = interruption.received();
  return received && end.signal === "SIGKILL" ? { ...end, signal: received } : end;
}

function toResume({ resume, guard }: RunRequest, restartsMs: readonly number[]): Resume | undefined {
  return resume && { limit: resume.limit, restartsMs, maxWaitMs: guard.maxWaitMs };
}

/** The 429 of a full plan and that of a busy server can read alike; the meter tells them apart. */
function toFinding(finding: Finding | undefined, gate: RunGate): Finding | undefined {
  if (finding?.kind !== "trouble" || finding.trouble !== "refused") return finding;
  const limit = gate.findFullLimit();
  return limit ? { kind: "limit", limit } : finding;
}

/** The command succeeded all the same, or failed for another reason. */
function toSubagentWords(limit: Limit, nowMs: number): string {
  const words = formatLimit(limit, { resetMs: limit.resetsAtMs ?? undefined, nowMs });
  return `claude-meter: a subagent was stopped: ${words}; its part of the work may be missing`;
}

function toStatusLimit(limit: Limit, resetMs: number | undefined) {
  const resetsAt = resetMs === undefined ? null : toIso(resetMs);
  return { class: limit.class, window: limit.window, resets_at: resetsAt, hit_at: toIso(limit.seenAtMs) };
}
