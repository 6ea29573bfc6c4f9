// A file of the user's that we edit: perhaps behind a link, and with a mode of its own.
import { constants } from "node:fs";
import { access, lstat, mkdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { writePrivateFile } from "../../state/private-files.ts";
import { hasCode } from "../../state/read-status.ts";
import { CliError } from "../cli-error.ts";

export type UserFile = {
  /** Where the file itself is: dotfile managers link to it, and a link must stay one. */
  realPath: string;
  /** Undefined: it does not exist. */
  text: string | undefined;
  /** Closed to others when it is new, for settings may hold keys. */
  mode: number;
};

/** Throws CliError when it cannot be read as text. */
export async function readUserFile(path: string): Promise<UserFile> {
  if (!(await exists(path))) return { realPath: path, text: undefined, mode: 0o600 };
  const realPath = await realpath(path).catch(() => {
    throw new CliError("unknown", `${path} is a broken link.`);
  });
  const status = await stat(realPath);
  // Opening a pipe would wait for its writer.
  if (!status.isFile()) throw new CliError("unknown", `${path} is not a file.`);
  const bytes = await readFile(realPath);
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    return { realPath, text, mode: status.mode & 0o777 };
  } catch {
    throw new CliError("unknown", `${path} is not UTF-8 text.`);
  }
}

/** Throws CliError before anything is written. Who took the right to write away meant it; a rename would not ask. */
export async function ensureWritable({ realPath, text, mode }: UserFile): Promise<void> {
  if (text === undefined) return;
  const isClosed = await access(dirname(realPath), constants.W_OK).then(
    () => false,
    () => true,
  );
  if (isClosed || (mode & 0o200) === 0) throw new CliError("unknown", `${realPath} is read-only; nothing was changed.`);
}

/** Replaces it whole, or not at all, and keeps its mode; `undefined` removes it. */
export async function writeUserFile({ realPath, mode }: UserFile, text: string | undefined): Promise<void> {
  if (text === undefined) return await rm(realPath, { force: true });
  await mkdir(dirname(realPath), { recursive: true, mode: 0o700 });
  await writePrivateFile(realPath, text, mode);
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (hasCode(error, "ENOENT") || hasCode(error, "ENOTDIR")) return false;
    throw error;
  }
}
