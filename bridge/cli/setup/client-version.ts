// Which Claude Code a shell would start: an older one rejects a whole settings file for one hook that it does not know.
import { execFile } from "node:child_process";
import { compareVersions } from "../../../shared/version-order.ts";

/** The first with the StopFailure hook. */
const FIRST_WITH_STOP_FAILURE = "2.1.78";
const TIMEOUT_MS = 5_000;

/** False when none is found, too. */
export async function isStopFailureKnown(): Promise<boolean> {
  const version = /^\d+\.\d+\.\d+/.exec(await readVersionText())?.[0];
  return version !== undefined && compareVersions(version, FIRST_WITH_STOP_FAILURE) >= 0;
}

function readVersionText(): Promise<string> {
  // npm's program is a .cmd file there, which only a shell starts.
  const options = { timeout: TIMEOUT_MS, shell: process.platform === "win32" };
  return new Promise((resolve) => {
    execFile("claude", ["--version"], options, (error, stdout) => resolve(error ? "" : stdout));
  });
}
