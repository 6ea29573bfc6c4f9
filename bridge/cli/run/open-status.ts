// Starts the status file of a run: the one that was asked for, else one in the folder that `claude-meter runs` lists.
import { writePrivateFile } from "../../state/private-files.ts";
import { CliError } from "../cli-error.ts";
import { createRunId, ensureRunFile, readRunFiles } from "./run-files.ts";
import type { RunRequest } from "./run-request.ts";
import type { RunStatus } from "./run-status.ts";
import { createStatusKeeper, type StatusKeeper } from "./status-keeper.ts";

/** Throws CliError "usage" when the file that was asked for can not be written. */
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
  const onError = (error: unknown) => say(`claude-meter: the status file is not written: ${toReason(error)}`);
  const path = request.statusFile === undefined ? await findPath(id, say) : await tryPath(request.statusFile, first);
  const { stalledAfterMs } = request;
  return createStatusKeeper({ path, first, stalledAfterMs, onError, now: Date.now });
}

async function tryPath(path: string, first: RunStatus): Promise<string> {
  try {
    await writePrivateFile(path, `${JSON.stringify(first)}\n`);
    return path;
  } catch (error) {
    throw new CliError("usage", `--status-file ${JSON.stringify(path)} can not be written: ${toReason(error)}`);
  }
}

/** A dashboard that can not be fed is no reason not to work. */
async function findPath(id: string, say: (words: string) => void): Promise<string | undefined> {
  try {
    const path = await ensureRunFile(id);
    // One run in sixteen tidies up: a queue of thousands must not read the files of all before each job.
    if (id.startsWith("0")) await readRunFiles(Date.now());
    return path;
  } catch (error) {
    say(`claude-meter: this run is not listed: ${toReason(error)}`);
    return undefined;
  }
}

function toReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
