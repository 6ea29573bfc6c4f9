// The folder of status files that `claude-meter runs` lists: one file per run that was not given one of its own.
import { randomBytes } from "node:crypto";
import { readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "../../../shared/json.ts";
import { toStateFolder } from "../../state/paths.ts";
import { ensurePrivateFolder } from "../../state/private-files.ts";
import { hasCode } from "../../state/read-status.ts";
import { isOutdated, KEPT_MS, type RunStatus, runStatusSchema } from "./run-status.ts";

export type RunFile = { path: string; status: RunStatus };
export type RunFiles = { runs: RunFile[]; unreadable: string[] };

export function createRunId(): string {
  return randomBytes(4).toString("hex");
}

export async function ensureRunFile(id: string): Promise<string> {
  await ensurePrivateFolder(toStateFolder());
  const folder = toRunsFolder();
  await ensurePrivateFolder(folder);
  return join(folder, `${id}.json`);
}

/** Removes what ended more than a week ago, and gives the rest, oldest first. */
export async function readRunFiles(nowMs: number): Promise<RunFiles> {
  const files: RunFiles = { runs: [], unreadable: [] };
  for (const name of await readNames()) {
    const path = join(toRunsFolder(), name);
    const status = await readRun(path);
    if (status === "gone") continue;
    if (!status) files.unreadable.push(path);
    else if (isOutdated(status, nowMs)) await remove(path);
    else files.runs.push({ path, status });
  }
  for (const path of await listOldNotes(nowMs)) await remove(path);
  files.runs.sort((a, b) => a.status.started_at.localeCompare(b.status.started_at));
  return files;
}

function toRunsFolder(): string {
  return join(toStateFolder(), "runs");
}

/** Of runs that were killed before they took them (held-note.ts, brake-note.ts). */
async function listOldNotes(nowMs: number): Promise<string[]> {
  const paths = (await readNames(/^[0-9a-f-]{36}\.(?:\w+\.held|brake)$/)).map((name) => join(toRunsFolder(), name));
  const times = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? nowMs),
  );
  return paths.filter((_, index) => nowMs - (times[index] ?? nowMs) > KEPT_MS);
}

async function readNames(pattern = /^[\w-]{1,64}\.json$/): Promise<string[]> {
  try {
    return (await readdir(toRunsFolder())).filter((name) => pattern.test(name));
  } catch (error) {
    // Nothing was ever run.
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Undefined when it can not be read as a run. */
export async function readRun(path: string): Promise<RunStatus | "gone" | undefined> {
  try {
    const run = runStatusSchema.safeParse(parseJson(await readFile(path, "utf8")));
    return run.success ? run.data : undefined;
  } catch (error) {
    return hasCode(error, "ENOENT") ? "gone" : undefined;
  }
}

async function remove(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    // Another `runs` may have been faster.
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
