// What follows when the command has ended: its own exit code, a stop at the limit, or a wait and another start. Pure.
import { formatDuration } from "../../../shared/format.ts";
import { isForPerson, type Limit, type Trouble } from "../limit/limit.ts";
import type { Finding } from "../limit/limit-detector.ts";
import { formatRestartLimit, isRestartAllowed, type RestartLimit } from "./restart-limit.ts";

export type Next =
  /** As if we were not there, with a word when the server was the trouble. */
  | { kind: "mirror"; trouble: Trouble | undefined }
  /** A hook kept work back, so it is not done whatever the exit code says. */
  | { kind: "held-back"; tool: string | null; words: string }
  | { kind: "stop"; limit: Limit; why: string }
  | { kind: "wait"; limit: Limit };

export type Ending = {
  finding: Finding | undefined;
  /** Somebody ended the run from outside: then nothing is explained and nothing starts again. */
  isInterrupted: boolean;
  resetMs: number | undefined;
  /** The meter can tell when the limit is over, even when the message did not. */
  hasReadings: boolean;
  nowMs: number;
  /** Output could not be written: another start would lose its own as well. */
  hasLostOutput: boolean;
};

export type Resume = { limit: RestartLimit; restartsMs: readonly number[]; maxWaitMs: number };

export function decideNext(ending: Ending, resume: Resume | undefined): Next {
  const { finding, resetMs, nowMs } = ending;
  if (ending.isInterrupted || !finding) return { kind: "mirror", trouble: undefined };
  if (finding.kind === "trouble") return { kind: "mirror", trouble: finding.trouble };
  if (finding.kind === "held-back") return finding;
  const { limit } = finding;
  const stop = (why: string): Next => ({ kind: "stop", limit, why });
  if (!resume || isForPerson(limit)) return stop("stopping");
  if (ending.hasLostOutput) return stop("stopping, because its output cannot be written");
  if (resetMs === undefined && !ending.hasReadings) return stop("stopping, because its reset time is unknown");
  if (resetMs !== undefined && resetMs - nowMs > resume.maxWaitMs) {
    return stop(`stopping, because --max-wait is ${formatDuration(resume.maxWaitMs)}`);
  }
  if (!isRestartAllowed(resume.restartsMs, Math.max(nowMs, resetMs ?? nowMs), resume.limit)) {
    return stop(`stopping, because --max-restarts is ${formatRestartLimit(resume.limit)}`);
  }
  return { kind: "wait", limit };
}
