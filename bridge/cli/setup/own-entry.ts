// A file or a link that setup puts on a computer: whether it is there as it should be, and how it gets there.
import { lstat, mkdir, readFile, readlink, rm, symlink } from "node:fs/promises";
import { dirname } from "node:path";
import { writePrivateFile } from "../../state/private-files.ts";

export type OwnFile = { path: string; text: string; mode: number; encoding?: "utf16le" };
export type OwnEntry = OwnFile | { path: string; link: string };

/** Windows has no modes. */
export async function isInPlace(entry: OwnEntry, platform: string): Promise<boolean> {
  const { path } = entry;
  if ("link" in entry) return (await readlink(path).catch(() => undefined)) === entry.link;
  const found = await readFile(path).catch(() => undefined);
  if (!found?.equals(toBytes(entry))) return false;
  return platform === "win32" || ((await lstat(path)).mode & 0o777) === entry.mode;
}

export async function isPresent(path: string): Promise<boolean> {
  return await lstat(path).then(
    () => true,
    () => false,
  );
}

export async function writeEntry(entry: OwnEntry): Promise<void> {
  await mkdir(dirname(entry.path), { recursive: true });
  if (!("link" in entry)) return await writePrivateFile(entry.path, toBytes(entry), entry.mode);
  await rm(entry.path, { force: true });
  await symlink(entry.link, entry.path);
}

/** The members for which the answer is yes, in their order. */
export async function filter<T>(items: readonly T[], isWanted: (item: T) => Promise<boolean>): Promise<T[]> {
  const kept = await Promise.all(items.map(async (item) => ((await isWanted(item)) ? [item] : [])));
  return kept.flat();
}

/** A byte order mark tells Windows which UTF-16 it is. */
function toBytes({ text, encoding }: OwnFile): Buffer {
  return encoding ? Buffer.from(`\u{FEFF}${text}`, encoding) : Buffer.from(text);
}
