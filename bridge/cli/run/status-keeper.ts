// Keeps the status file of a run: written at each change and each heartbeat, whole or not at all.
import { toIso } from "../../../shared/time.ts";
import { writePrivateFile } from "../../state/private-files.ts";
import { HEARTBEAT_MS, type RunStatus } from "../../state/run-status.ts";

/** The reason of a run that waits for a turn of its command. */
const HELD = "held-turn";

export type StatusChange = Partial<
  Pick<RunStatus, "state" | "child_pid" | "restarts" | "limit" | "reason" | "ran" | "resume_at" | "lease">
>;

export type StatusKeeper = {
  change: (change: StatusChange) => void;
  /** The command printed something, so it is not stalled. */
  touch: () => void;
  /** The proxy holds a turn of the command until then; undefined when it holds none. */
  hold: (untilMs: number | undefined) => void;
  /** The last word; returns when it is on disk. */
  end: (state: "completed" | "failed", exitCode: number | null) => Promise<void>;
};

export type StatusKeeperOptions = {
  /** Undefined when there is no place to write. */
  path: string | undefined;
  first: RunStatus;
  stalledAfterMs: number;
  /** Called once: a dashboard that misses something must not disturb the work. */
  onError: (error: unknown) => void;
  now: () => number;
};

export function createStatusKeeper({ path, first, stalledAfterMs, onError, now }: StatusKeeperOptions): StatusKeeper {
  let status = first;
  let printedMs = now();
  let writing = Promise.resolve();
  let isWaitingToWrite = false;
  let hasFailed = false;

  const toNow = () => new Date(now()).toISOString();
  const write = () => {
    // Of several changes in a row only the last one needs the disk.
    if (isWaitingToWrite || path === undefined) return;
    isWaitingToWrite = true;
    writing = writing.then(async () => {
      isWaitingToWrite = false;
      try {
        await writePrivateFile(path, `${JSON.stringify(status)}\n`);
      } catch (error) {
        if (!hasFailed) onError(error);
        hasFailed = true;
      }
    });
  };
  const beat = () => {
    const isQuiet = now() - printedMs > stalledAfterMs;
    const state = status.state === "running" && isQuiet ? "stalled" : status.state;
    status = { ...status, state, heartbeat_at: toNow() };
    write();
  };
  const timer = setInterval(beat, Math.min(HEARTBEAT_MS, stalledAfterMs));
  write();

  return {
    change: (change) => {
      if (change.state === "running") printedMs = now();
      status = { ...status, ...change, heartbeat_at: toNow() };
      write();
    },
    touch: () => {
      printedMs = now();
      if (status.state !== "stalled") return;
      status = { ...status, state: "running" };
      beat();
    },
    hold: (untilMs) => {
      // The news of a turn whose command has ended.
      if (status.child_pid === null) return;
      const isHeld = status.reason === HELD;
      if (untilMs === undefined && !isHeld) return;
      printedMs = now();
      status =
        untilMs === undefined
          ? { ...status, state: "running", reason: null, resume_at: null, heartbeat_at: toNow() }
          : { ...status, state: "waiting", reason: HELD, resume_at: toIso(untilMs), heartbeat_at: toNow() };
      write();
    },
    end: async (state, exitCode) => {
      clearInterval(timer);
      const endedAt = toNow();
      const reason = status.reason === HELD ? null : status.reason;
      const last = { state, reason, exit_code: exitCode, child_pid: null, resume_at: null };
      status = { ...status, ...last, heartbeat_at: endedAt, ended_at: endedAt };
      write();
      await writing;
    },
  };
}
