// A path as a person types it: below the own home with ~, which also keeps the user's name out of what is passed on.
import { relative, sep } from "node:path";
import { toHomeFolder } from "../../state/home-folder.ts";
import { quote } from "../setup/find-program.ts";

/** Ready for a shell. */
export function toShortPath(path: string, home: string = toHomeFolder()): string {
  const inside = relative(home, path);
  const isInside = inside !== "" && !inside.startsWith("..") && inside !== path;
  return isInside ? `~${sep}${quote(inside)}` : quote(path);
}
