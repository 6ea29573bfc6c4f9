// Whether a descriptor of ours may be a terminal, asked without process.stdin and process.stdout: they load a tenth of Node.
import { fstatSync } from "node:fs";

/** Also true of /dev/null; false of pipes, sockets, files, and of a descriptor that is closed. */
export function isCharacterDevice(descriptor: 0 | 1): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    // Closed.
    return false;
  }
}
