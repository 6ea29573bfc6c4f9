// Where local readers reach the bridge: a unix socket in the state folder, a named pipe on Windows.
import { createHash } from "node:crypto";
import { join } from "node:path";

/** Linux allows 107 bytes in a socket's path, macOS 103. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Throws RangeError when the state folder's path is too long for a unix socket. */
export function toSocketPath(folder: string, platform: string = process.platform): string {
  if (platform === "win32") {
    return `\\\\.\\pipe\\claude-meter-${createHash("sha256").update(folder.toLowerCase()).digest("hex").slice(0, 16)}`;
  }
  const path = join(folder, "bridge.sock");
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH_BYTES) {
    throw new RangeError(`The state folder's path is too long for a socket: set CLAUDE_METER_HOME to a shorter one.`);
  }
  return path;
}
