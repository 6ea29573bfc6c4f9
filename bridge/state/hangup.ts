// Whether `nohup` started us. Node gives every signal its usual answer at its start, so a SIGHUP that was to be ignored
// would end us with the terminal; what nohup leaves behind besides tells that it was there.
import { readFileSync } from "node:fs";
import { basename } from "node:path";

const WRITE_ONLY = 1;
/** Signal 1 is the lowest bit. */
const SIGHUP_BIT = 1n;

export function isHangupIgnored(): boolean {
  // Shells name the program that they started.
  return basename(process.env["_"] ?? "") === "nohup" || hasUnreadableStdin() || isIgnoredAbove();
}

/** Of a script under nohup: what its shell ignores, all that it starts was to ignore as well. */
function isIgnoredAbove(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const ignored = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${process.ppid}/status`, "utf8"))?.[1];
    return ignored !== undefined && (BigInt(`0x${ignored}`) & SIGHUP_BIT) !== 0n;
  } catch {
    return false;
  }
}

/** GNU nohup puts a /dev/null that cannot be read in the place of a terminal. */
function hasUnreadableStdin(): boolean {
  if (process.platform !== "linux") return false;
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8"))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & 3) === WRITE_ONLY;
  } catch {
    return false;
  }
}

/** From here on a closed terminal does not end this process when nohup was asked to see to that. */
export function honourNohup(): void {
  if (isHangupIgnored()) process.on("SIGHUP", () => undefined);
}
