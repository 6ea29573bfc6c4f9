// Where local readers reach the bridge: a unix socket in the state folder, a named pipe on Windows.
import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "./read-status.ts";

/** Linux allows 107 bytes in a socket's path, macOS 103. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Throws RangeError when the state folder's path is too long for a unix socket. */
export function ensureSocketPath(folder: string, platform: string = process.platform): string {
  if (platform === "win32") return `\\\\.\\pipe\\claude-meter-${ensurePipeName(toSocketFile(folder, platform))}`;
  const path = toSocketFile(folder, platform);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new RangeError(
      "The path of the state folder is too long for a socket: set CLAUDE_METER_HOME to a shorter path.",
    );
  }
  return path;
}

/** What stands in the state folder for the socket; whoever holds the lock may remove it before it listens anew. */
export function toSocketFile(folder: string, platform: string = process.platform): string {
  return join(folder, platform === "win32" ? "pipe-name" : "bridge.sock");
}

/**
 * Pipes are in one space for all users, who could take a name that can be guessed before the bridge does. So it is random
 * and kept where only its owner can read it; bridge and CLI agree on it, whoever asks first.
 */
function ensurePipeName(path: string): string {
  const known = readPipeName(path);
  if (known !== undefined) return known;
  mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${toRandomHex(6)}.tmp`;
  writeFileSync(temporary, toRandomHex(32), { flag: "wx", mode: 0o600 });
  try {
    linkSync(temporary, path);
  } catch (error) {
    // Somebody else was first, and theirs counts.
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
  const name = readPipeName(path);
  if (name === undefined) throw new Error("the name of the bridge's pipe could not be saved");
  return name;
}

/** Not by node:crypto, which every question to the bridge would load for it. */
function toRandomHex(bytes: number): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(bytes))).toString("hex");
}

/** Undefined when there is none; one that is no name of ours is thrown away. */
function readPipeName(path: string): string | undefined {
  try {
    const name = readFileSync(path, "utf8");
    if (/^[0-9a-f]{64}$/.test(name)) return name;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
  }
  rmSync(path, { force: true, recursive: true });
  return undefined;
}
