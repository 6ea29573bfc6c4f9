// Conductor of doctor: looks at everything once, at the same time, and waits for nothing longer than seconds.
import { resolve } from "node:path";
import { isStoppedByUser, readBridgeStatus } from "../../state/bridge-process.ts";
import { toStateFolder } from "../../state/paths.ts";
import { toPort } from "../../state/port.ts";
import { readCachedUsage } from "../../state/read-cached-usage.ts";
import { readLogin } from "../../state/read-login.ts";
import { readPane, toLoginFiles } from "../../state/read-pane.ts";
import { readSqliteVersion } from "../../state/sqlite.ts";
import { VERSION } from "../../state/version.ts";
import { selectByName, selectByPane, toAccount } from "../row/read-row.ts";
import { findBrowserNames } from "../setup/browser-folders.ts";
import { readOutdatedHooks } from "../setup/claude-code.ts";
import { readSourceReport } from "../sources/read-source-report.ts";
import { toSourceStates } from "../sources/to-source-states.ts";
import type { Facts } from "./facts.ts";
import { readDisk, readFiles, readFolder } from "./read-folder.ts";
import { readNativeHost } from "./read-native-host.ts";
import { readPortOwner } from "./read-port-owner.ts";
import { readKeyFile, readStatusFile, toDrift } from "./read-state-files.ts";

export async function gatherFacts(nowMs: number): Promise<Facts> {
  const path = resolve(toStateFolder());
  const folder = await readFolder(path);
  const account = toAccount(undefined);
  const signedIn = readLogin(toLoginFiles());
  const isUsable = folder.kind !== "missing" && folder.kind !== "unsafe";
  const bridge = await readBridge(folder);
  const port = bridge.kind === "running" ? bridge.status.port : toPort(process.env);
  const [files, disk, portOwner, status, keys, nativeHost, sqliteVersion, outdatedHooks, report] = await Promise.all([
    isUsable ? readFiles(path) : [],
    isUsable ? readDisk(path) : ({ writing: "fine", freeBytes: undefined } as const),
    readPortOwner(port),
    readStatusFile(path, nowMs),
    readKeyFile(path),
    readNativeHost(path),
    readSqliteVersion(),
    readOutdatedHooks(),
    bridge.kind === "running" ? readSourceReport() : undefined,
  ]);
  return {
    nowMs,
    version: VERSION,
    nodeVersion: process.versions.node,
    sqliteVersion,
    folder,
    files,
    disk,
    bridge,
    port,
    portOwner,
    status,
    keys,
    browsers: process.platform === "win32" ? undefined : findBrowserNames(),
    nativeHost,
    pane: account === undefined ? selectByPane(status.rows, readPane()) : selectByName(status.rows, account),
    cachedUsage: signedIn.kind === "signed-in" ? readCachedUsage(signedIn.login)?.kind : undefined,
    outdatedHooks,
    sources: report ? toSourceStates({ rows: status.rows, report, nowMs }) : [],
    drift: toDrift(status.rows),
  };
}

async function readBridge({ isTooLong }: Facts["folder"]): Promise<Facts["bridge"]> {
  // No bridge can have a socket there, and asking would throw.
  if (isTooLong) return { kind: "none", isStopped: false };
  try {
    const status = await readBridgeStatus();
    return status ? { kind: "running", status } : { kind: "none", isStopped: isStoppedByUser() };
  } catch {
    // It took the question and gave no answer that we know.
    return { kind: "silent" };
  }
}
