// How a run whose lease is braked tells the hooks below it: an empty file in the folder of runs, named after the mark that
// both know. A hook that is in no run never looks.
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toStateFolder } from "../../state/paths.ts";
import { readMark } from "./run-mark.ts";

export function writeBrake(mark: string): void {
  try {
    mkdirSync(join(toStateFolder(), "runs"), { recursive: true, mode: 0o700 });
    writeFileSync(toPath(mark), "", { mode: 0o600 });
  } catch {
    // A disk that takes nothing: the hooks' own limit still stands.
  }
}

export function dropBrake(mark: string): void {
  try {
    rmSync(toPath(mark), { force: true });
  } catch {
    // No folder of runs, so there is no note in it.
  }
}

/** Asked by a hook. */
export function isBraked(): boolean {
  const mark = readMark();
  return mark !== undefined && existsSync(toPath(mark));
}

function toPath(mark: string): string {
  return join(toStateFolder(), "runs", `${mark}.brake`);
}
