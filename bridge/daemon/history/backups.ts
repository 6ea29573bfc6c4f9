// Copies of history.sqlite, one a day: made whole under another name first, the oldest go.
import { constants } from "node:fs";
import { copyFile, open, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { toIso } from "../../../shared/time.ts";
import { ensurePrivateFolder, syncFolder } from "../../state/private-files.ts";
import { replaceFile } from "../../state/replace-file.ts";
import type { Store } from "./store.ts";

const KEPT = 3;
const BACKUP_NAME = /^history-(\d{4}-\d{2}-\d{2})\.sqlite$/;

function toBackupFolder(folder: string): string {
  return join(folder, "backup");
}

/** Paths, the newest first; last of all those of days that have not come yet: a clock that was ahead has dated them. */
export async function listBackups(folder: string, nowMs: number): Promise<string[]> {
  const backups = toBackupFolder(folder);
  const names = await readdir(backups).catch(() => []);
  const newestFirst = names
    .flatMap((name) => BACKUP_NAME.exec(name)?.[1] ?? [])
    .toSorted()
    .toReversed();
  const isAhead = (day: string) => day > toDay(nowMs);
  const sorted = [...newestFirst.filter((day) => !isAhead(day)), ...newestFirst.filter(isAhead)];
  return sorted.map((day) => join(backups, toName(day)));
}

/** The day of the newest backup, undefined while there is none. */
export async function readBackupDay(folder: string, nowMs: number): Promise<number | undefined> {
  const [newest = ""] = await listBackups(folder, nowMs);
  const day = BACKUP_NAME.exec(basename(newest))?.[1];
  return day === undefined ? undefined : Date.parse(day);
}

function toDay(ms: number): string {
  return toIso(ms).slice(0, 10);
}

function toName(day: string): string {
  return `history-${day}.sqlite`;
}

export async function writeBackup(folder: string, store: Store, nowMs: number): Promise<void> {
  const backups = toBackupFolder(folder);
  await ensurePrivateFolder(backups);
  const temporary = join(backups, "history.tmp");
  await rm(temporary, { force: true, recursive: true });
  store.copyTo(temporary);
  const file = await open(temporary, constants.O_RDWR);
  try {
    await file.sync();
  } finally {
    await file.close();
  }
  await replaceFile(temporary, join(backups, toName(toDay(nowMs))));
  await syncFolder(backups);
  for (const old of (await listBackups(folder, nowMs)).slice(KEPT)) await rm(old, { force: true });
}

/** Puts a backup where the store stood; nothing may stand there. */
export async function restoreBackup(backup: string, path: string): Promise<void> {
  await copyFile(backup, path, constants.COPYFILE_EXCL);
}
