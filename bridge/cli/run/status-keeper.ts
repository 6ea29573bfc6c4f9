// Keeps the status file of a run: written at each change and each heartbeat, whole or not at all.
import { writePrivateFile } from "../../state/private-files.ts";
import { HEARTBEAT_MS, type RunStatus } from "../../state/run-status.ts";

export type StatusChange = Partial<
  Pick<RunStatus, "state" | "child_pid" | "restarts" | "limit" | "reason" | "ran" | "resume_at" | "lease">
>;

export type StatusKeeper = {
  change: (change: StatusChange) => void;
  /** The command printed something, so it is not stalled. */
  touch: () => void;
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
    end: async (state, exitCode) => {
      clearInterval(timer);
      const endedAt = toNow();
      const last = { state, exit_code: exitCode, child_pid: null, resume_at: null };
      status = { ...status, ...last, heartbeat_at: endedAt, ended_at: endedAt };
      write();
      await writing;
    },
  };
}
