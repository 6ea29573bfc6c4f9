// The folder of handovers: one small file per session, bounded in number and age, and a claim that only one process gets.
import { open, readdir, unlink } from "node:fs/promises";
import { join } from "node:path";
import { parseJson } from "../../shared/json.ts";
import { toIso } from "../../shared/time.ts";
import { isSessionId, toHandoverPath, toHandoversFolder } from "./handover-names.ts";
import { type Handover, handoverSchema, isHandoverOutdated } from "./handover-record.ts";
import { toStateFolder } from "./paths.ts";
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from "./private-files.ts";
import { hasCode } from "./read-status.ts";

/** More sessions than anybody has at work; the oldest go first. */
const MOST = 100;

export async function writeHandover(handover: Handover): Promise<void> {
  await ensurePrivateFolder(toStateFolder());
  await ensurePrivateFolder(toHandoversFolder(toStateFolder()));
  await writePrivateFile(toHandoverPath(toStateFolder(), handover.session_id), `${JSON.stringify(handover)}\n`);
}

/** Oldest first. Throws UnsafePathError on a file that is not ours: what it names would be started. */
export async function readHandovers(nowMs: number, stateFolder = toStateFolder()): Promise<Handover[]> {
  const names = await readNames(toHandoversFolder(stateFolder));
  const ids = names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -".json".length));
  const read = await Promise.all(ids.filter(isSessionId).map((id) => readHandover(id, stateFolder)));
  return read
    .filter((handover) => handover !== undefined)
    .filter((handover) => !isHandoverOutdated(handover, nowMs))
    .sort((a, b) => a.cut_at.localeCompare(b.cut_at))
    .slice(-MOST);
}

/** Undefined when there is none, or it cannot be read as one. */
export async function readHandover(sessionId: string, stateFolder = toStateFolder()): Promise<Handover | undefined> {
  const text = await readPrivateFile(toHandoverPath(stateFolder, sessionId));
  if (text === undefined) return undefined;
  try {
    return handoverSchema.parse(parseJson(text));
  } catch {
    // Somebody edited it; it is removed with the old ones.
    return undefined;
  }
}

/** With its new state, unless the session was stopped once more in the meantime. */
export async function changeHandover(
  handover: Handover,
  change: Partial<Pick<Handover, "state" | "told_at">>,
  nowMs: number,
): Promise<void> {
  const now = await readHandover(handover.session_id);
  if (now?.cut_at !== handover.cut_at) return;
  const stateAt = change.state === undefined ? now.state_at : toIso(nowMs);
  await writeHandover({ ...now, ...change, state_at: stateAt });
}

/** True for one process only, and once for each time that a session was stopped. */
export async function claimHandover(handover: Handover): Promise<boolean> {
  try {
    await (await open(toClaimPath(handover), "wx", 0o600)).close();
    return true;
  } catch (error) {
    if (hasCode(error, "EEXIST")) return false;
    throw error;
  }
}

/** When nothing could be started. */
export async function dropClaim(handover: Handover): Promise<void> {
  await unlink(toClaimPath(handover));
}

/** What is too old or too much goes, with its claims. */
export async function removeOldHandovers(nowMs: number): Promise<void> {
  const kept = new Set((await readHandovers(nowMs)).map(({ session_id }) => session_id));
  for (const name of await readNames(toHandoversFolder(toStateFolder()))) {
    if (kept.has(name.split(".")[0] ?? "")) continue;
    // Another hook may have been faster.
    await unlink(join(toHandoversFolder(toStateFolder()), name)).catch(() => undefined);
  }
}

function toClaimPath({ session_id, cut_at }: Handover): string {
  return join(toHandoversFolder(toStateFolder()), `${session_id}.${Date.parse(cut_at)}.claim`);
}

async function readNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => /^[0-9a-f-]{36}\.(?:json|\d+\.claim)$/.test(name));
  } catch (error) {
    // No session was ever stopped.
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}
