// Files and folders only their owner may read, whatever the umask and whatever stood there before. Nothing here follows
// a link, waits for the other end of a pipe, or trusts a file that belongs to somebody else.
import { randomBytes } from "node:crypto";
import { closeSync, constants, fchmodSync, fstatSync, openSync, type Stats } from "node:fs";
import { chmod, type FileHandle, lstat, mkdir, open, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { hasCode } from "./read-status.ts";
import { replaceFile } from "./replace-file.ts";
import { UnsafePathError } from "./unsafe-path-error.ts";

/** Windows has no modes; there the profile folder's access list protects. */
const HAS_MODES = process.platform !== "win32";

/** Windows lacks both flags, and with them the links and pipes they are against. */
const SAFELY = HAS_MODES ? constants.O_NOFOLLOW | constants.O_NONBLOCK : 0;

/** Throws UnsafePathError when the folder is somebody else's, a link, or no folder. */
export async function ensurePrivateFolder(folder: string): Promise<void> {
  const found = await mkdir(folder, { recursive: true, mode: 0o700 }).then(
    () => lstat(folder),
    (error: unknown) =>
      lstat(folder).catch(() =>
        throwAs(`${folder} cannot be created: set CLAUDE_METER_HOME to another folder.`, error),
      ),
  );
  if (!found.isDirectory()) {
    throw new UnsafePathError(`${folder} is a link or a file: remove it, or set CLAUDE_METER_HOME to another folder.`);
  }
  if (!HAS_MODES) return;
  if (found.uid !== process.geteuid?.()) {
    throw new UnsafePathError(`${folder} belongs to another user: set CLAUDE_METER_HOME to a folder of your own.`);
  }
  if ((found.mode & 0o077) !== 0) await chmod(folder, 0o700);
}

/** Creates the file if there is none. Throws UnsafePathError when it is a link, no plain file, or somebody else's. */
export async function ensurePrivateFile(path: string): Promise<void> {
  closeSync(openToAppend(path));
}

/** A descriptor that can only append to a private file, new or old; throws UnsafePathError as above. */
export function openToAppend(path: string): number {
  const { O_WRONLY, O_CREAT, O_APPEND } = constants;
  const descriptor = openOrExplain(path, O_WRONLY | O_CREAT | O_APPEND | SAFELY);
  try {
    const found = fstatSync(descriptor);
    throwIfForeign(path, found);
    if (isTooOpen(found)) fchmodSync(descriptor, 0o600);
    return descriptor;
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
}

function throwAs(message: string, cause: unknown): never {
  throw new UnsafePathError(message, { cause });
}

function openOrExplain(path: string, flags: number): number {
  try {
    return openSync(path, flags, 0o600);
  } catch (error) {
    throw isNoPlainFile(error) ? toUnsafe(path, error) : error;
  }
}

/** The text of a private file, undefined when there is none; throws UnsafePathError when the file is not ours alone. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const file = await openToRead(path);
  if (!file) return undefined;
  try {
    const found = await file.stat();
    throwIfForeign(path, found);
    if (isTooOpen(found)) await file.chmod(0o600);
    return await file.readFile("utf8");
  } finally {
    await file.close();
  }
}

async function openToRead(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, constants.O_RDONLY | SAFELY);
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw isNoPlainFile(error) ? toUnsafe(path, error) : error;
  }
}

/** ELOOP: a link. ENXIO: a pipe that nobody reads, or a socket. EISDIR: a folder. */
function isNoPlainFile(error: unknown): boolean {
  return ["ELOOP", "EMLINK", "ENXIO", "EISDIR"].some((code) => hasCode(error, code));
}

function throwIfForeign(path: string, found: Stats): void {
  if (!found.isFile()) throw toUnsafe(path);
  if (HAS_MODES && found.uid !== process.geteuid?.()) {
    throw new UnsafePathError(
      `${path} belongs to another user: remove it, or set CLAUDE_METER_HOME to another folder.`,
    );
  }
}

function toUnsafe(path: string, cause?: unknown): UnsafePathError {
  return new UnsafePathError(`${path} is a link, a folder or a pipe instead of a regular file: remove it.`, { cause });
}

function isTooOpen(found: Stats): boolean {
  return HAS_MODES && (found.mode & 0o077) !== 0;
}

const TEMPORARY_ENDING = ".tmp";

/** A file that writePrivateFile has made and not renamed yet. */
export function isTemporary(name: string): boolean {
  return /\.[0-9a-f]{12}\.tmp$/.test(name);
}

/**
 * Replaces a file so that every reader sees the old text or the new one, and the new one survives a power cut:
 * temporary file, fsync, rename, fsync of the folder. The old file stays when anything fails.
 */
export async function writePrivateFile(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}${TEMPORARY_ENDING}`;
  try {
    const file = await open(temporary, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, mode);
    try {
      // Not left to the umask, which can only take away.
      if (HAS_MODES) await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await replaceFile(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => {
      // It may not exist; the first error is the one to tell.
    });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes a rename in it survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder; its rename is durable with the file system's journal.
  if (!HAS_MODES) return;
  const handle = await open(folder, constants.O_RDONLY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
