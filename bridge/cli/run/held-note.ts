// What our hooks tell the `run` around them: that they kept work back. In stream-json the output says so as well; in text
// and json, which most scripts use, it does not. A file per tool beside the run's own, named after the mark that both know.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { toStateFolder } from "../../state/paths.ts";
import { readMark } from "./run-mark.ts";

/** `tool` is null for a prompt. */
export type HeldNote = { tool: string | null; words: string };

/** Called by a hook; nothing without a run around it. A note that cannot be written changes no hook's answer. */
export function writeHeldNote(note: HeldNote): void {
  const path = toPath(readMark(), note.tool);
  if (path === undefined) return;
  try {
    mkdirSync(toFolder(), { recursive: true, mode: 0o700 });
    writeFileSync(path, JSON.stringify(note), { mode: 0o600 });
  } catch {
    // The run still sees what its output shows.
  }
}

/** Called by a hook that lets the same tool go: then the work is done after all. */
export function dropHeldNote(tool: string): void {
  const path = toPath(readMark(), tool);
  if (path !== undefined) rmSync(path, { force: true });
}

/** What was kept back in the run of this mark and never done, a prompt first; all of it is forgotten afterwards. */
export function takeHeldNote(mark: string): HeldNote | undefined {
  const paths = listNames()
    .filter((name) => name.startsWith(`${mark}.`) && name.endsWith(".held"))
    .map((name) => join(toFolder(), name));
  const notes = paths.map(readNote).filter((note) => note !== undefined);
  for (const path of paths) rmSync(path, { force: true });
  return notes.find(({ tool }) => tool === null) ?? notes.at(-1);
}

function toFolder(): string {
  return join(toStateFolder(), "runs");
}

function toPath(mark: string | undefined, tool: string | null): string | undefined {
  if (mark === undefined) return undefined;
  return join(toFolder(), `${mark}.${tool === null ? "prompt" : Buffer.from(tool).toString("hex").slice(0, 120)}.held`);
}

function listNames(): string[] {
  try {
    return readdirSync(toFolder());
  } catch {
    // No run of this user has a file there.
    return [];
  }
}

function readNote(path: string): HeldNote | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof value !== "object" || value === null || !("tool" in value) || !("words" in value)) return undefined;
    const { tool, words } = value;
    return (tool === null || typeof tool === "string") && typeof words === "string" ? { tool, words } : undefined;
  } catch {
    // One that is being written.
    return undefined;
  }
}
