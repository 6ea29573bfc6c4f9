// A path as a person types it: below the own home by its short name, which also keeps the user's name out of what is passed on.
import { posix, win32 } from "node:path";
import { toHomeFolder } from "../../state/home-folder.ts";
import { quote } from "../setup/find-program.ts";

/** Ready for a shell; on Windows for cmd and the address bar of a folder. */
export function toShortPath(path: string, home: string = toHomeFolder(), platform: string = process.platform): string {
  const isWindows = platform === "win32";
  const inside = (isWindows ? win32 : posix).relative(home, path);
  const isInside = inside !== "" && !inside.startsWith("..") && inside !== path;
  if (isWindows) return toQuoted(isInside ? `%USERPROFILE%\\${inside}` : path);
  return isInside ? `~/${quote(inside, platform)}` : quote(path, platform);
}

/** Windows allows no quotation marks in paths. */
function toQuoted(path: string): string {
  return /^[\w@%+=:,.\\/-]+$/.test(path) ? path : `"${path}"`;
}
