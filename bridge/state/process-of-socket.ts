// Which process has a socket open, where the system tells: Linux, and of other users' processes only root.
import { readdir, readlink } from "node:fs/promises";

/** Its pid; undefined when it has ended or belongs to another user. */
export async function findProcessOfSocket(inode: string): Promise<string | undefined> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    if (await hasSocket(pid, inode)) return pid;
  }
  return undefined;
}

async function hasSocket(pid: string, inode: string): Promise<boolean> {
  try {
    const links = await Promise.all(
      (await readdir(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => "")),
    );
    return links.includes(`socket:[${inode}]`);
  } catch {
    // Another user's process, or one that has ended.
    return false;
  }
}
