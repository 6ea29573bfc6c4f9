// Where the user's Claude Code is: what setup noted, then the PATH, then where its installers put it.
import { accessSync, constants } from "node:fs";
import { delimiter, isAbsolute, join } from "node:path";
import { toHomeFolder } from "./home-folder.ts";

export function findClaude(noted: string | undefined, path = process.env["PATH"] ?? ""): string | undefined {
  const home = toHomeFolder();
  // npm's program is a .cmd file there, which only a shell starts.
  const name = process.platform === "win32" ? "claude.exe" : "claude";
  const folders = [
    ...path.split(delimiter).filter(isAbsolute),
    join(home, ".local", "bin"),
    join(home, ".claude", "local"),
    "/opt/homebrew/bin",
    "/usr/local/bin",
  ];
  return [...(noted === undefined ? [] : [noted]), ...folders.map((folder) => join(folder, name))].find(isProgram);
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Not there, or not for us: the next place.
    return false;
  }
}
