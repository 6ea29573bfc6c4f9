// What our hooks tell the `run` around them: that they kept work back. In stream-json the output says so as well; in text
// and json, which most scripts use, it does not. A file beside the run's own, named after the mark that both know.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toStateFolder } from "../../state/paths.ts";
import { RUN_MARK } from "./run-mark.ts";

/** `tool` is null for a prompt. */
export type HeldNote = { tool: string | null; words: string };

/** Called by a hook; nothing without a run around it. A note that cannot be written changes no hook's answer. */
export function writeHeldNote(note: HeldNote): void {
  const path = toPath(process.env[RUN_MARK]);
  if (path === undefined) return;
  try {
    mkdirSync(join(toStateFolder(), "runs"), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(note), { mode: 0o600 });
  } catch {
    // The run still sees what its output shows.
  }
}

/** Called by a hook that lets the same tool go: then the work is done after all. */
export function dropHeldNote(tool: string): void {
  const path = toPath(process.env[RUN_MARK]);
  if (path !== undefined && readNote(path)?.tool === tool) rmSync(path, { force: true });
}

/** What was kept back in the run of this mark and never done; forgotten afterwards. */
export function takeHeldNote(mark: string): HeldNote | undefined {
  const path = toPath(mark);
  const note = path === undefined ? undefined : readNote(path);
  if (path !== undefined && note) rmSync(path, { force: true });
  return note;
}

/** Undefined for what is no mark of ours: it becomes a file's name. */
function toPath(mark: string | undefined): string | undefined {
  return mark !== undefined && /^[0-9a-f-]{36}$/.test(mark) ? join(toStateFolder(), "runs", `${mark}.held`) : undefined;
}

function readNote(path: string): HeldNote | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null || !("tool" in value) || !("words" in value)) return undefined;
    const { tool, words } = value;
    return (tool === null || typeof tool === "string") && typeof words === "string" ? { tool, words } : undefined;
  } catch {
    // No note, or one that is being written.
    return undefined;
  }
}
