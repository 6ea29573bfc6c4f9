// Claude Code's hooks and status line as an installation: an edit of its settings.json, and the way back to the byte.
import { join } from "node:path";
import { toHomeFolder } from "../../state/home-folder.ts";
import { CliError } from "../cli-error.ts";
import { addToSettings, findProgramIn, removeFromSettings, toStatusLine } from "./claude-code-settings.ts";
import { findProgram } from "./find-program.ts";
import type { Installation, Plan } from "./installation.ts";
import { ensureWritable, readUserFile, type UserFile, writeUserFile } from "./user-file.ts";

export const claudeCode: Installation = { name: "claude-code", planSetup, planRemoval };

/** Beside the link, not beside what it leads to: that may be a folder under version control. */
const BACKUP_ENDING = ".before-claude-meter";

function toSettingsPath(): string {
  return join(process.env["CLAUDE_CONFIG_DIR"] || join(toHomeFolder(), ".claude"), "settings.json");
}

async function planSetup(): Promise<Plan> {
  const path = toSettingsPath();
  const file = await readUserFile(path);
  const program = findProgram();
  const before = file.text ?? "";
  const { text, hasForeignStatusLine } = editing(path, () => addToSettings(before, program));
  const notes = hasForeignStatusLine ? toStatusLineNotes(program) : [];
  if (text === file.text) return toEmptyPlan(["Claude Code is set up already.", ...notes]);
  await ensureWritable(file);
  const isPristine = findProgramIn(before) === undefined;
  return {
    changes: [{ path, before: file.text, after: text }],
    notes,
    apply: async () => {
      if (file.text !== undefined && isPristine) await writeBackup(path, file);
      await writeUserFile(path, file, text);
    },
  };
}

async function planRemoval(): Promise<Plan> {
  const path = toSettingsPath();
  const file = await readUserFile(path);
  const { text } = file;
  const program = text === undefined ? undefined : editing(path, () => findProgramIn(text));
  if (text === undefined || program === undefined)
    return toEmptyPlan(["Nothing of ours is in Claude Code's settings."]);
  await ensureWritable(file);
  const backup = await readUserFile(path + BACKUP_ENDING);
  // Nothing but setup has changed the file: then it is put back as it was, with every byte.
  const isUntouched = backup.text !== undefined && isResultOfSetup(backup.text, program, text);
  const removed = editing(path, () => removeFromSettings(text));
  const isOurs = backup.text === undefined && /^\s*\{\s*\}\s*$/.test(removed);
  const after = isUntouched ? backup.text : isOurs ? undefined : removed;
  return {
    changes: [{ path, before: text, after }],
    notes: backup.text === undefined || isUntouched ? [] : [`As it was before setup: ${path}${BACKUP_ENDING}`],
    apply: async () => {
      await writeUserFile(path, file, after);
      if (isUntouched) await writeUserFile(path + BACKUP_ENDING, backup, undefined);
    },
  };
}

function isResultOfSetup(before: string, program: string, now: string): boolean {
  try {
    return addToSettings(before, program).text === now;
  } catch {
    // A copy that somebody has edited into something else.
    return false;
  }
}

async function writeBackup(path: string, file: UserFile): Promise<void> {
  const backup = await readUserFile(path + BACKUP_ENDING);
  await writeUserFile(path + BACKUP_ENDING, { ...backup, mode: file.mode | 0o200 }, file.text);
}

/** What is wrong with a text is said without its path; here it gets one. */
function editing<T>(path: string, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (error instanceof CliError) throw new CliError(error.exit, `${path} was left alone: ${error.message}`);
    throw error;
  }
}

function toStatusLineNotes(program: string): string[] {
  return [
    "You have a status line of your own, and it stays. To have ours instead, write this in its place:",
    `  "statusLine": ${JSON.stringify(toStatusLine(program))}`,
  ];
}

function toEmptyPlan(notes: readonly string[]): Plan {
  return { changes: [], notes, apply: async () => undefined };
}
