// Claude Code's hooks and status line: an edit of its settings.json, and the way back to the byte.
import { join } from "node:path";
import { toHomeFolder } from "../../state/home-folder.ts";
import { CliError } from "../cli-error.ts";
import {
  addToSettings,
  type Client,
  findProgramIn,
  listOutdated,
  mayNameUs,
  removeFromSettings,
  toStatusLine,
} from "./claude-code-settings.ts";
import { isStopFailureKnown } from "./client-version.ts";
import { findProgram } from "./find-program.ts";
import type { Change, Installation } from "./installation.ts";
import { ensureWritable, readUserFile, type UserFile, writeUserFile } from "./user-file.ts";

export const claudeCode: Installation = {
  name: "Claude Code",
  next: "Restart open Claude Code sessions to apply the change.",
  planSetup: async () => {
    const { path, file, text, kept } = await readForSetup();
    return [...toChanges(path, file, text), ...kept];
  },
  setUp: async () => {
    const { path, file, text } = await readForSetup();
    if (text === file.text) return;
    if (file.text !== undefined && findProgramIn(file.text) === undefined) await writeBackup(path, file);
    await writeUserFile(file, text);
  },
  planRemoval: async () => {
    const { path, file, text, backup, isRestored } = await readForRemoval();
    const target = path + BACKUP_ENDING;
    const words = "Your settings from before setup; the file has changed since.";
    if (text === file.text || backup.text === undefined) return toChanges(path, file, text);
    const kept: Change = isRestored ? { action: "remove", target } : { action: "keep", target, text: words };
    return [...toChanges(path, file, text), kept];
  },
  remove: async () => {
    const { file, text, backup, isRestored } = await readForRemoval();
    if (text === file.text) return;
    await writeUserFile(file, text);
    if (isRestored) await writeUserFile(backup, undefined);
  },
};

/** Beside the link, not beside what it leads to: that may be a folder under version control. */
const BACKUP_ENDING = ".before-claude-meter";

function toSettingsPath(): string {
  return join(process.env["CLAUDE_CONFIG_DIR"] || join(toHomeFolder(), ".claude"), "settings.json");
}

async function readForSetup() {
  const path = toSettingsPath();
  const file = await readUserFile(path);
  const program = findProgram();
  const client = await readClient();
  const { text, hasForeignStatusLine } = editing(path, () => addToSettings(file.text ?? "", program, client));
  if (text !== file.text) await ensureWritable(file);
  const kept = [
    ...(hasForeignStatusLine ? [toKeptStatusLine(path, program)] : []),
    ...(client.knowsStopFailure ? [] : [toLeftOut(path)]),
  ];
  return { path, file, text, kept };
}

async function readClient(): Promise<Client> {
  return { knowsStopFailure: await isStopFailureKnown() };
}

/** The hooks in the user's settings that setup would add or change; empty also without settings that it could read. */
export async function readOutdatedHooks(): Promise<string[]> {
  try {
    const { text } = await readUserFile(toSettingsPath());
    return text === undefined || !mayNameUs(text) ? [] : (listOutdated(text, await readClient()) ?? []);
  } catch {
    // Setup itself says what is wrong with the file.
    return [];
  }
}

async function readForRemoval() {
  const path = toSettingsPath();
  const file = await readUserFile(path);
  const backup = await readUserFile(path + BACKUP_ENDING);
  const nothing = { path, file, text: file.text, backup, isRestored: false };
  // A file that cannot be read as settings is no hindrance while it does not even name us.
  if (file.text === undefined || !mayNameUs(file.text)) return nothing;
  const { text: before } = file;
  const program = editing(path, () => findProgramIn(before));
  if (program === undefined) return nothing;
  await ensureWritable(file);
  // Nothing but setup has changed the file: then it is put back as it was, with every byte.
  if (backup.text !== undefined && isResultOfSetup(backup.text, program, before)) {
    return { ...nothing, text: backup.text, isRestored: true };
  }
  const left = removeFromSettings(before);
  const isOurs = backup.text === undefined && /^\s*\{\s*\}\s*$/.test(left);
  return { ...nothing, text: isOurs ? undefined : left };
}

function toChanges(path: string, { text: before }: UserFile, text: string | undefined): Change[] {
  if (text === before) return [];
  if (text === undefined) return [{ action: "remove", target: path }];
  return [{ action: "write", target: path, before: before ?? "", text }];
}

function toKeptStatusLine(path: string, program: string): Change {
  const line = `"statusLine": ${JSON.stringify(toStatusLine(program))}`;
  return {
    action: "keep",
    target: path,
    text: `Your own status line stays. To use ours instead, replace it with this:\n${line}`,
  };
}

function toLeftOut(path: string): Change {
  return {
    action: "keep",
    target: path,
    text:
      "The StopFailure and SessionStart hooks are left out: no Claude Code 2.1.78 or newer was found on the PATH, and an older one would " +
      "reject the whole file. Run this again after an update.",
  };
}

/** An older setup wrote less, and this one does not write everything for each client: what counts is the rest. */
function isResultOfSetup(before: string, program: string, now: string): boolean {
  const complete = (text: string) => addToSettings(text, program, { knowsStopFailure: true }).text;
  try {
    return complete(before) === complete(now);
  } catch {
    // A copy that somebody has edited into something else.
    return false;
  }
}

async function writeBackup(path: string, { text, mode }: UserFile): Promise<void> {
  const backup = await readUserFile(path + BACKUP_ENDING);
  await writeUserFile({ ...backup, mode }, text);
}

/** What is wrong with a text is said without its path; here it gets one. */
function editing<T>(path: string, edit: () => T): T {
  try {
    return edit();
  } catch (error) {
    if (error instanceof CliError) throw new CliError(error.exit, `${path} was not changed: ${error.message}`);
    throw error;
  }
}
