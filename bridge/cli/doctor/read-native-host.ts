// Whether the browsers that were found can start the bridge: their manifests, and the program behind them, tried.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { access, constants, readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { NATIVE_HOST_NAME } from "../../../shared/native-message.ts";
import { findHostFolders } from "../setup/browser-folders.ts";
import { createNativeHosts } from "../setup/native-hosts.ts";
import type { Facts } from "./facts.ts";

const TIMEOUT_MS = 5_000;
const manifestSchema = z.object({ path: z.string() });

export async function readNativeHost(stateFolder: string): Promise<Facts["nativeHost"]> {
  return process.platform === "win32" ? await readOnWindows(stateFolder) : await readManifests(stateFolder);
}

/** The registry's entries are compared with what setup would write. */
async function readOnWindows(stateFolder: string): Promise<Facts["nativeHost"]> {
  const { execPath: nodePath, platform } = process;
  const hosts = createNativeHosts({ stateFolder, nodePath, programFolder: __dirname, browserDirs: [], platform });
  return (await hosts.planSetup()).length === 0 ? "fine" : "missing";
}

async function readManifests(stateFolder: string): Promise<Facts["nativeHost"]> {
  const own = join(stateFolder, "native-host.sh");
  const manifests = findHostFolders().map(({ path }) => join(path, `${NATIVE_HOST_NAME}.json`));
  const found = await Promise.all(manifests.map(readProgram));
  if (found.includes("missing")) return "missing";
  // A browser of `setup --browser-dir` is in none of the usual places, and its host is our script all the same.
  const programs = found.length > 0 ? found : existsSync(own) ? [own] : [];
  if (programs.length === 0) return "missing";
  for (const program of new Set(programs)) {
    // Only what setup itself wrote is started.
    const isRunning = program === own ? await runsToItsEnd(program) : await isExecutable(program);
    if (!isRunning) return "broken";
  }
  return "fine";
}

/** What the manifest points to; "" when it cannot be read, "missing" when there is none. */
async function readProgram(manifest: string): Promise<string> {
  const text = await readFile(manifest, "utf8").catch(() => undefined);
  if (text === undefined) return "missing";
  try {
    return z.parse(manifestSchema, parseJson(text)).path;
  } catch {
    return "";
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return await access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Asked nothing, the host says that it failed, and starts no bridge. */
async function runsToItsEnd(program: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const child = spawn(program, [], {
      stdio: ["ignore", "pipe", "ignore"],
      timeout: TIMEOUT_MS,
      killSignal: "SIGKILL",
    });
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.byteLength;
    });
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0 && bytes > 0));
  });
}
