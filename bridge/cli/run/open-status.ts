// Starts the status file of a run: the one that was asked for, else one in the folder that `claude-meter runs` lists.
import { lstat } from "node:fs/promises";
import { writePrivateFile } from "../../state/private-files.ts";
import { hasCode } from "../../state/read-status.ts";
import { createRunId, ensureRunFile, readRun, readRunFiles } from "../../state/run-files.ts";
import type { RunStatus } from "../../state/run-status.ts";
import { CliError } from "../cli-error.ts";
import type { RunRequest } from "./run-request.ts";
import { createStatusKeeper, type StatusKeeper } from "./status-keeper.ts";

/** Throws CliError "usage" when what was asked for is no file of ours, or its folder takes none. */
export async function openStatus(request: RunRequest, say: (words: string) => void): Promise<StatusKeeper> {
  const id = createRunId();
  const startedAt = new Date().toISOString();
  const first: RunStatus = {
    schema: 1,
    id,
    state: "waiting",
    label: request.label,
    command: request.commandName,
    pid: process.pid,
    child_pid: null,
    started_at: startedAt,
    heartbeat_at: startedAt,
    ended_at: null,
    exit_code: null,
    restarts: 0,
    limit: null,
    resume_at: null,
  };
  const onError = (error: unknown) => say(`claude-meter: the status file cannot be written: ${toReason(error)}`);
  const path = request.statusFile === undefined ? await findPath(id, say) : await tryPath(request.statusFile, first);
  const { stalledAfterMs } = request;
  return createStatusKeeper({ path, first, stalledAfterMs, onError, now: Date.now });
}

async function tryPath(path: string, first: RunStatus): Promise<string> {
  const refuse = (why: string): never => {
    throw new CliError("usage", `--status-file ${JSON.stringify(path)} ${why}.`);
  };
  const trouble = await findTrouble(path);
  if (trouble !== undefined) return refuse(trouble);
  try {
    await writePrivateFile(path, `${JSON.stringify(first)}\n`);
  } catch (error) {
    // A full disk is no wrong option: the work goes on, and the keeper says what it cannot write.
    if (!isDiskFull(error)) return refuse(`cannot be written: ${toReason(error)}`);
  }
  return path;
}

/** Writing replaces what is there, so that may only be a status file, or an empty one as mktemp makes it. */
async function findTrouble(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return undefined;
  if (found.isSymbolicLink()) return "is a link: name the file it points to";
  if (!found.isFile()) return "is a folder, a pipe or a device: choose a regular file";
  if (found.size === 0) return undefined;
  const run = found.size > MAX_STATUS_BYTES ? undefined : await readRun(path);
  return run && run !== "gone" ? undefined : "exists and is not a status file: remove it, or choose another";
}

/** Some hundred bytes, with room for what a later version adds. */
const MAX_STATUS_BYTES = 64 * 1024;

function isDiskFull(error: unknown): boolean {
  return hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT") || hasCode(error, "EIO");
}

/** A dashboard that can not be fed is no reason not to work. */
async function findPath(id: string, say: (words: string) => void): Promise<string | undefined> {
  try {
    const path = await ensureRunFile(id);
    // One run in sixteen tidies up: a queue of thousands must not read the files of all before each job.
    if (id.startsWith("0")) await readRunFiles(Date.now());
    return path;
  } catch (error) {
    say(`claude-meter: this run cannot be listed by \`claude-meter runs\`: ${toReason(error)}`);
    return undefined;
  }
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
