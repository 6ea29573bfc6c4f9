// The folder of status files that `claude-meter runs` lists: one file per run that was not given one of its own.
import { randomBytes } from "node:crypto";
import { readdir, readFile, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "../../shared/json.ts";
import { toStateFolder } from "./paths.ts";
import { ensurePrivateFolder } from "./private-files.ts";
import { hasCode } from "./read-status.ts";
import { isOutdated, KEPT_MS, type RunStatus, runStatusSchema } from "./run-status.ts";

export type RunFile = { path: string; status: RunStatus };
export type RunFiles = { runs: RunFile[]; unreadable: string[] };

export function createRunId(): string {
  return randomBytes(4).toString("hex");
}

export async function ensureRunFile(id: string): Promise<string> {
  await ensurePrivateFolder(toStateFolder());
  const folder = toRunsFolder(toStateFolder());
  await ensurePrivateFolder(folder);
  return join(folder, `${id}.json`);
}

/** Removes what ended more than a week ago, and gives the rest, oldest first. */
export async function readRunFiles(nowMs: number, stateFolder = toStateFolder()): Promise<RunFiles> {
  const folder = toRunsFolder(stateFolder);
  const files: RunFiles = { runs: [], unreadable: [] };
  for (const name of await readNames(folder)) {
    const path = join(folder, name);
    const status = await readRun(path);
    if (status === "gone") continue;
    if (!status) files.unreadable.push(path);
    else if (isOutdated(status, nowMs)) await remove(path);
    else files.runs.push({ path, status });
  }
  for (const path of await listOldNotes(folder, nowMs)) await remove(path);
  files.runs.sort((a, b) => a.status.started_at.localeCompare(b.status.started_at));
  return files;
}

function toRunsFolder(stateFolder: string): string {
  return join(stateFolder, "runs");
}

/** Of runs that were killed before they took them (held-note.ts, brake-note.ts). */
async function listOldNotes(folder: string, nowMs: number): Promise<string[]> {
  const paths = (await readNames(folder, /^[0-9a-f-]{36}\.(?:\w+\.held|brake)$/)).map((name) => join(folder, name));
  const times = await Promise.all(
    paths.map(async (path) => (await stat(path).catch(() => undefined))?.mtimeMs ?? nowMs),
  );
  return paths.filter((_, index) => nowMs - (times[index] ?? nowMs) > KEPT_MS);
}

async function readNames(folder: string, pattern = /^[\w-]{1,64}\.json$/): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => pattern.test(name));
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
