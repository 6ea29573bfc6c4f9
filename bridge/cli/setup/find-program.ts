// How this installation of claude-meter is started by another program: by name when the name leads here, else by path.
import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { CliError } from "../cli-error.ts";

/** For a POSIX shell, and on Windows for Git Bash or cmd. Throws CliError from a place that will not last. */
export function findProgram(cliPath: string = join(__dirname, "cli.js")): string {
  ensureLastingPlace(cliPath);
  // A name outlives an update of Node and can be read in a settings file that several computers share.
  if (isOnPath("claude-meter", cliPath)) return "claude-meter";
  // Homebrew and nvm keep each version of Node in a folder of its own; the name in the path stays when that folder goes.
  const node = listOnPath("node").find((path) => isSameFile(path, process.execPath)) ?? process.execPath;
  return `${quote(node)} ${quote(cliPath)}`;
}

/** Throws CliError where npx keeps its copies, which it empties again. */
export function ensureLastingPlace(path: string): void {
  if (!/[\\/]_npx[\\/]/.test(path)) return;
  throw new CliError(
    "unknown",
    "npx keeps this program only temporarily: run `npm install --global claude-meter` first.",
  );
}

function isOnPath(name: string, target: string): boolean {
  const [first] = listOnPath(name);
  if (first === undefined) return false;
  // On Windows the name is a script that npm wrote, so where it leads cannot be seen.
  return process.platform === "win32" || isSameFile(first, target);
}

/** In the order in which a shell looks. */
function listOnPath(name: string): string[] {
  const endings = process.platform === "win32" ? [".cmd", ".exe"] : [""];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(isAbsolute);
  return folders.flatMap((folder) => endings.map((ending) => join(folder, name + ending))).filter(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next folder.
    return false;
  }
}

function isSameFile(a: string, b: string): boolean {
  return realpathSync(a) === realpathSync(b);
}

/** Git Bash takes a path with slashes, and eats the backslashes of one without quotes. */
export function quote(path: string, platform: string = process.platform): string {
  const written = platform === "win32" ? path.replaceAll("\\", "/") : path;
  if (/^[\w@%+=:,./-]+$/.test(written)) return written;
  return platform === "win32" ? `"${written}"` : `'${written.replaceAll("'", "'\\''")}'`;
}
