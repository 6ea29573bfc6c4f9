// The state folder as it stands: whose it is, who may read it, what lies in it, and whether it can be written.
import { lstat, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { writePrivateFile } from "../../state/private-files.ts";
import { hasCode } from "../../state/read-status.ts";
import { ensureSocketPath, toSocketFile } from "../../state/socket-path.ts";
import type { Facts, PathFact } from "./facts.ts";
import { toShortPath } from "./short-path.ts";

const FILES = [
  "status.json",
  "keys.json",
  "bridge.log",
  "lock.db",
  "history.sqlite",
  "sources.json",
  "source-asks.json",
];

export async function readFolder(folder: string): Promise<Facts["folder"]> {
  return { ...(await readPath(folder, "folder")), isTooLong: isTooLong(folder) };
}

export async function readFiles(folder: string): Promise<PathFact[]> {
  const files = await Promise.all(FILES.map((name) => readPath(join(folder, name), "file")));
  return [...files, await readPath(toSocketFile(folder), process.platform === "win32" ? "file" : "socket")];
}

async function readPath(path: string, wanted: "folder" | "file" | "socket"): Promise<PathFact> {
  const shown = toShortPath(path);
  try {
    const found = await lstat(path);
    const isWanted = { folder: found.isDirectory(), file: found.isFile(), socket: found.isSocket() }[wanted];
    if (!isWanted) return { path: shown, kind: "unsafe" };
    // Windows has access lists instead, which nobody reads here.
    if (process.platform === "win32") return { path: shown, kind: "unjudged" };
    if (found.uid !== process.geteuid?.()) return { path: shown, kind: "unsafe" };
    return { path: shown, kind: (found.mode & 0o077) === 0 ? "fine" : "open" };
  } catch {
    return { path: shown, kind: "missing" };
  }
}

function isTooLong(folder: string): boolean {
  if (process.platform === "win32") return false;
  try {
    ensureSocketPath(folder);
    return false;
  } catch {
    return true;
  }
}

/** Tried, because rights, quotas and mounts all have a say. */
export async function readDisk(folder: string): Promise<Facts["disk"]> {
  const probe = join(folder, "doctor-probe");
  const writing = await writePrivateFile(probe, "x".repeat(4096)).then(
    () => "fine" as const,
    (error: unknown) =>
      hasCode(error, "ENOSPC") || hasCode(error, "EDQUOT") ? ("full" as const) : ("refused" as const),
  );
  await rm(probe, { force: true }).catch(() => {
    // Where nothing can be written nothing can be removed either.
  });
  const free = await statfs(folder).catch(() => undefined);
  return { writing, freeBytes: free && free.bavail * free.bsize };
}
