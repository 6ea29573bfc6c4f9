// Files and folders only their owner may read, whatever the umask and whatever stood there before.
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, lstat, mkdir, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";

/** Windows has no modes; there the profile folder's access list protects. */
const HAS_MODES = process.platform !== "win32";

/** Throws with a sentence for the user when the folder is somebody else's, a link, or no folder. */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory()) throw new Error(`${folder} is a link or a file: remove it, or set CLAUDE_METER_HOME.`);
  if (!HAS_MODES) return;
  if (found.uid !== process.geteuid?.()) {
    throw new Error(`${folder} belongs to another user: set CLAUDE_METER_HOME to a folder of your own.`);
  }
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/**
 * Replaces a file so that every reader sees the old text or the new one, and the new one survives a power cut:
 * temporary file, fsync, rename, fsync of the folder. The old file stays when anything fails.
 */
export async function writePrivateFile(path: string, text: string, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    try {
      // Not left to the umask, which can only take away.
      if (HAS_MODES) await file.chmod(mode);
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {
      // It may not exist; the first error is the one to tell.
    });
    throw error;
  }
  await syncFolder(dirname(path));
}

async function syncFolder(folder: string): Promise<void> {
  // Windows can not open a folder; its rename is durable with the file system's journal.
  if (!HAS_MODES) return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
