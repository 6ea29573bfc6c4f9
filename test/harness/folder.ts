// A temporary folder of a test or a measurement, and its end, with that of every program that was started on it.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endPrograms } from "./program.ts";

export async function createFolder(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "claude-meter-"));
}

export async function removeFolder(folder: string): Promise<void> {
  await endPrograms(folder);
  // What was told to stop may still be writing its last.
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
}
