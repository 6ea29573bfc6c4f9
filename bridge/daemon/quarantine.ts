// Where state goes that cannot be read: kept for whoever wants to inspect it, named in the log, and bounded.
import { lstat, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ensurePrivateFolder } from "../state/private-files.ts";
import type { Log } from "./log.ts";

/** A history can weigh 200 MB; what fails again and again must not fill the disk. */
const KEPT = { entries: 12, bytes: 256 * 1024 * 1024 };

/** Moves what stands at `<folder>/<name>`; a link is moved, not what it points to. */
export async function setAside(folder: string, name: string, nowMs: number, log: Log): Promise<void> {
  const quarantine = toQuarantine(folder);
  await ensurePrivateFolder(quarantine);
  const kept = join(quarantine, `${nowMs}-${name}`);
  await rename(join(folder, name), kept);
  log(`${name} could not be read and was moved to ${kept}`);
  await trimQuarantine(folder);
}

/** Removes the oldest beyond the bounds; the newest stays, however large. */
export async function trimQuarantine(folder: string, { entries, bytes } = KEPT): Promise<void> {
  const quarantine = toQuarantine(folder);
  const names = await readdir(quarantine).catch(() => []);
  const newestFirst = names.toSorted((a, b) => toMoment(b) - toMoment(a));
  let sum = 0;
  for (const [index, name] of newestFirst.entries()) {
    const path = join(quarantine, name);
    sum += (await lstat(path).catch(() => undefined))?.size ?? 0;
    if (index > 0 && (index >= entries || sum > bytes)) await rm(path, { recursive: true, force: true });
  }
}

function toQuarantine(folder: string): string {
  return join(folder, "quarantine");
}

/** As setAside wrote it; what somebody else put there goes first. */
function toMoment(name: string): number {
  return Number(/^(\d+)-/.exec(name)?.[1] ?? 0);
}
