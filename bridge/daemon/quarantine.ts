// Where state goes that cannot be read: kept for whoever wants to inspect it, and named in the log.
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { ensurePrivateFolder } from "../state/private-files.ts";
import type { Log } from "./log.ts";

/** Moves what stands at `<folder>/<name>`; a link is moved, not what it points to. */
export async function setAside(folder: string, name: string, nowMs: number, log: Log): Promise<void> {
  const quarantine = join(folder, "quarantine");
  await ensurePrivateFolder(quarantine);
  const kept = join(quarantine, `${nowMs}-${name}`);
  await rename(join(folder, name), kept);
  log(`${name} could not be read and was moved to ${kept}`);
}
