// The facts to findings, in the order of the chain: what comes first can be the reason for what comes later. Pure.
import { formatDuration } from "../../../shared/format.ts";
import { AGING_MS, type Row } from "../../../shared/freshness.ts";
import { BRIDGE_PORT } from "../../../shared/protocol.ts";
import type { Install } from "../../../shared/row.ts";
import { isTrouble } from "../../../shared/row-name.ts";
import { toSourceName } from "../../../shared/sources.ts";
import { compareVersions } from "../../../shared/version-order.ts";
import { toWindowNotes } from "../rows/row-words.ts";
import { toReasonWords } from "../sources/format-sources.ts";
import { toTerminalText } from "../terminal-text.ts";
import type { Facts, PathFact } from "./facts.ts";
import { type Code, findingWords } from "./findings.ts";
import { isSqliteSafe } from "./is-sqlite-safe.ts";

/** Null while all is well. `step` is the one thing to do. */
export type Check = {
  check: string;
  status: "ok" | "warn" | "fail";
  code: Code | null;
  detail: string;
  step: string | null;
};

const OLDEST_NODE = "20.19.0";
const LEAST_FREE_BYTES = 20 * 1024 * 1024;
const MAX_AHEAD_MS = 120_000;

export function decideChecks(facts: Facts): Check[] {
  return [
    checkNode(facts),
    checkSqlite(facts),
    checkFolder(facts),
    ...checkFiles(facts),
    ...checkDisk(facts),
    checkBridge(facts),
    ...checkBridgeVersion(facts),
    ...checkPort(facts),
    checkClock(facts),
    ...checkBrowsers(facts),
    ...(isWithoutBrowser(facts) ? [] : [checkPairing(facts), ...checkExtensions(facts)]),
    ...checkSources(facts),
    ...checkRows(facts),
    ...checkPane(facts),
    ...checkCachedUsage(facts),
    ...checkHooks(facts),
    ...checkDrift(facts),
  ];
}

/** What to fix first: what is broken before what only should be better. */
export function findFirst(checks: readonly Check[]): Check | undefined {
  return checks.find(({ status }) => status === "fail") ?? checks.find(({ status }) => status === "warn");
}

function fine(check: string, detail: string): Check {
  return { check, status: "ok", code: null, detail, step: null };
}

type Found = { status?: "warn" | "fail"; detail?: string; about?: string };

function found(
  check: string,
  code: Code,
  { status = "fail", detail = findingWords[code].means, about = "" }: Found = {},
) {
  return { check, status, code, detail, step: findingWords[code].step(about) };
}

function checkNode({ nodeVersion }: Facts): Check {
  const isOld = compareVersions(nodeVersion, OLDEST_NODE) < 0;
  return isOld
    ? found("node", "node-old", { detail: `Node ${nodeVersion} is too old.` })
    : fine("node", `Node ${nodeVersion}`);
}

function checkSqlite({ sqliteVersion }: Facts): Check {
  if (sqliteVersion === undefined) return found("sqlite", "sqlite-missing");
  if (isSqliteSafe(sqliteVersion)) return fine("sqlite", `SQLite ${sqliteVersion}`);
  return found("sqlite", "sqlite-old", {
    status: "warn",
    detail: `SQLite ${sqliteVersion} can lose committed writes.`,
  });
}

function checkFolder({ folder }: Facts): Check {
  const { path, kind, isTooLong } = folder;
  if (isTooLong) return found("folder", "state-folder-too-long");
  switch (kind) {
    case "missing":
      return found("folder", "state-folder-missing", { detail: `${path} is missing: the bridge has never run here.` });
    case "unsafe":
      return found("folder", "state-folder-unsafe", { about: path });
    case "open":
      return found("folder", "state-folder-open", { about: path });
    case "fine":
      return fine("folder", `${path}, private to you`);
    case "unjudged":
      return fine("folder", `${path}; its access list was not checked`);
  }
}

function checkFiles({ folder, files, status, keys }: Facts): Check[] {
  if (folder.kind === "missing" || folder.kind === "unsafe") return [];
  const bad = files.flatMap(({ path, kind }: PathFact) => {
    if (kind === "unsafe")
      return [found("files", "state-file-unsafe", { about: path, detail: `${path} is not a regular file of yours.` })];
    if (kind === "open")
      return [found("files", "state-file-open", { about: path, detail: `Other users can read ${path}.` })];
    return [];
  });
  if (bad.length > 0) return bad;
  const contents = [
    ...(status.file === "damaged" ? [found("files", "status-damaged")] : []),
    ...(keys.file === "damaged" ? [found("files", "keys-damaged")] : []),
    ...(status.file === "newer" || keys.file === "newer" ? [found("files", "state-newer")] : []),
  ];
  if (contents.length > 0) return contents;
  return [fine("files", folder.kind === "unjudged" ? "readable" : "readable, private to you")];
}

function checkDisk({ folder, disk }: Facts): Check[] {
  if (folder.kind === "missing" || folder.kind === "unsafe") return [];
  const { writing, freeBytes } = disk;
  if (writing === "refused") return [found("disk", "state-folder-read-only", { about: folder.path })];
  if (writing === "full") return [found("disk", "disk-full")];
  const isLow = freeBytes !== undefined && freeBytes < LEAST_FREE_BYTES;
  return [isLow ? found("disk", "disk-full", { status: "warn" }) : fine("disk", toFree(freeBytes))];
}

function toFree(bytes: number | undefined): string {
  return bytes === undefined ? "writable" : `${(bytes / 1024 ** 3).toFixed(1)} GiB free`;
}

function checkBridge({ bridge, portOwner }: Facts): Check {
  const pid = portOwner?.isBridge ? String(portOwner.pid ?? "") : "";
  switch (bridge.kind) {
    case "running":
      return fine("bridge", `running, pid ${bridge.status.pid}`);
    case "silent":
      return found("bridge", "bridge-silent", { about: pid });
    case "none":
      if (pid) return found("bridge", "socket-missing", { about: pid });
      return found("bridge", bridge.isStopped ? "bridge-stopped" : "bridge-not-running");
  }
}

function checkBridgeVersion({ bridge, version }: Facts): Check[] {
  if (bridge.kind !== "running") return [];
  const running = toTerminalText(bridge.status.version, 20);
  if (running === version) return [fine("version", version)];
  const detail = `The bridge is version ${running}, this command is version ${version}.`;
  return [found("version", "bridge-other-version", { status: "warn", detail })];
}

function checkPort({ bridge, port, portOwner }: Facts): Check[] {
  const own = bridge.kind === "running" ? bridge.status.port : port;
  const isTaken = bridge.kind === "running" ? bridge.status.ingest === "blocked" : portOwner && !portOwner.isBridge;
  if (isTaken) {
    const owner = toOwner(portOwner);
    return [found("port", "port-taken", { about: owner, detail: `Port ${own} is in use by ${owner}.` })];
  }
  if (own !== BRIDGE_PORT) return [found("port", "port-changed", { status: "warn" })];
  return bridge.kind === "running" ? [fine("port", `the bridge is listening on 127.0.0.1:${own}`)] : [];
}

function toOwner(owner: Facts["portOwner"]): string {
  if (owner?.pid === undefined) return "an unknown program (another user's?)";
  return `${owner.name ?? "a program"} (pid ${owner.pid})`;
}

function checkClock({ bridge, status, nowMs }: Facts): Check {
  const { generated_at, installs, rows } = status;
  const dates = [generated_at, ...installs.map(({ polled_at }) => polled_at)].map((iso) => (iso ? Date.parse(iso) : 0));
  const aheadMs = Math.max(0, ...dates) - nowMs;
  const told = bridge.kind === "running" ? (bridge.status.ahead_seconds ?? 0) : 0;
  if (told > 0 || aheadMs > MAX_AHEAD_MS) {
    const by = formatDuration(Math.max(told * 1000, aheadMs));
    return found("clock", "clock-behind", { detail: `This computer's clock is ${by} behind.` });
  }
  const isReading = toLive(installs, nowMs).some(({ state }) => state === "ok");
  if (isReading && rows.length > 0 && rows.every((row) => row.stale)) return found("clock", "clock-ahead");
  return fine("clock", "matches the readings");
}

/** A machine on which Claude Code is the only one to read, and can be asked. */
function isWithoutBrowser({ browsers, keys, status, sources }: Facts): boolean {
  const hasNone = browsers?.length === 0 && keys.paired === 0 && status.installs.length === 0;
  return hasNone && sources.some(({ source, next_ask_at }) => source === "claude-code" && next_ask_at !== null);
}

/** Those that ask; who hands readings over is silent for no fault. */
function checkSources(facts: Facts): Check[] {
  return facts.sources.flatMap((each) => {
    if (each.source !== "claude-code" && each.source !== "oauth") return [];
    const name = toSourceName(each.source);
    const words = each.reason === null ? "reading" : toReasonWords(each.reason);
    if (each.reason === "refused-for-good") return [found("source", "oauth-refused", { status: "warn" })];
    const hasFailed = each.source === "claude-code" && FAILURES.includes(each.reason ?? "");
    if (!hasFailed) return [fine("source", `${name}: ${words}`)];
    const status = isWithoutBrowser(facts) ? "fail" : "warn";
    return [found("source", "claude-code-silent", { status, detail: `${name}: ${words}.` })];
  });
}

const FAILURES = ["no-answer", "no-numbers", "other-login"];

function checkBrowsers(facts: Facts): Check[] {
  const { browsers, nativeHost, keys, status } = facts;
  const hasNone = browsers?.length === 0;
  // Who has reported or is paired is there all the same; it may only be unable to start the bridge.
  if (isWithoutBrowser(facts)) return [fine("browser", "none: reading through Claude Code")];
  if (hasNone && status.installs.length === 0) return [found("browser", "browser-none")];
  const names = hasNone ? "not in a usual place" : browsers?.join(", ");
  return [
    ...(names === undefined ? [] : [fine("browser", names)]),
    ...(hasNone && nativeHost === "missing" ? [] : [checkNativeHost(nativeHost, keys.paired > 0)]),
  ];
}

function checkNativeHost(nativeHost: Facts["nativeHost"], isPaired: boolean): Check {
  switch (nativeHost) {
    case "broken":
      return found("native host", "native-host-broken");
    case "missing":
      return found("native host", "native-host-missing", { status: isPaired ? "warn" : "fail" });
    case "fine":
      return fine("native host", "starts the bridge");
  }
}

function checkPairing({ keys }: Facts): Check {
  if (keys.paired === 0) return found("pairing", "not-paired");
  return fine("pairing", keys.paired === 1 ? "1 browser profile" : `${keys.paired} browser profiles`);
}

/** Those that reported lately, or that wait on a time claude.ai gave. */
function toLive(installs: readonly Install[], nowMs: number): Install[] {
  return installs.filter(({ polled_at, retry_at }) => {
    return nowMs - Date.parse(polled_at) <= AGING_MS || (retry_at !== null && Date.parse(retry_at) > nowMs);
  });
}

function checkExtensions({ status, version, nowMs }: Facts): Check[] {
  const { installs } = status;
  const live = toLive(installs, nowMs);
  const [newest] = installs.toSorted((a, b) => Date.parse(b.polled_at) - Date.parse(a.polled_at));
  if (!newest) return [found("extension", "extension-not-seen")];
  if (live.length === 0) {
    const about = toTerminalText(newest.browser, 32);
    const detail = `${about} reported ${toSeen(newest, nowMs)}.`;
    return [found("extension", "extension-silent", { about, detail }), ...checkVersion(newest, version)];
  }
  const isRead = live.some(({ state }) => state === "ok");
  return live.flatMap((install) => [
    fine("extension", `${toTerminalText(install.browser, 32)} reported ${toSeen(install, nowMs)}`),
    ...checkVersion(install, version),
    ...checkDropped(install),
    checkPoll(install, isRead),
  ]);
}

function toSeen({ polled_at }: Install, nowMs: number): string {
  return `${formatDuration(Math.max(0, nowMs - Date.parse(polled_at)))} ago`;
}

function checkVersion({ extension_version, browser }: Install, version: string): Check[] {
  const order = compareVersions(extension_version, version);
  if (order === 0) return [];
  const about = toTerminalText(browser, 32);
  const detail = `The extension in ${about} is version ${toTerminalText(extension_version, 20)}, this command is version ${version}.`;
  return [found("extension", order < 0 ? "extension-old" : "extension-newer", { status: "warn", about, detail })];
}

function checkDropped({ dropped, browser }: Install): Check[] {
  if (!dropped) return [];
  const about = toTerminalText(browser, 32);
  const readings = dropped.count === 1 ? "1 reading" : `${dropped.count} readings`;
  const detail = `${about} dropped ${readings} that the bridge could not read; the last: ${toTerminalText(dropped.sample, 240)}.`;
  return [found("extension", "readings-dropped", { status: "warn", about, detail })];
}

/** What troubles one browser is no failure while another one reads. */
function checkPoll({ state, browser }: Install, isRead: boolean): Check {
  const name = toTerminalText(browser, 32);
  if (state === "ok") return fine("claude.ai", `${name}: responding`);
  return found("claude.ai", state, {
    status: isRead ? "warn" : "fail",
    detail: `${name}: ${findingWords[state].means}`,
  });
}

function checkRows({ status, nowMs }: Facts): Check[] {
  const { rows, installs } = status;
  if (rows.length === 0)
    return toLive(installs, nowMs).some(({ state }) => state === "ok") ? [found("rows", "no-row")] : [];
  const incomplete = rows.flatMap((row) => {
    const errors = row.errors.filter((error) => isTrouble(error) && !error.startsWith("account: "));
    return errors.length === 0 ? [] : [`${toShortName(row)}: ${errors.join(", ")}`];
  });
  if (incomplete.length > 0)
    return [found("rows", "row-incomplete", { status: "warn", detail: incomplete.join("; ") })];
  return [fine("rows", rows.map(toShortName).join(", "))];
}

/** Enough of both ids to tell rows apart; no name is printed. */
function toShortName({ account_uuid, org_uuid }: Row): string {
  return `${account_uuid?.slice(0, 8) ?? "?"}/${org_uuid.slice(0, 8)}`;
}

function checkPane(facts: Facts): Check[] {
  const { pane } = facts;
  switch (pane.kind) {
    case "no-data":
      return [];
    case "unreadable-login":
      return [found("pane", "pane-unreadable")];
    case "unknown-account":
      return [found("pane", "pane-unknown")];
    case "ambiguous-account":
      return [pane.credential === undefined ? found("pane", "pane-ambiguous") : foundCredential(pane.credential)];
    case "row":
      return [fine("pane", `uses ${toShortName(pane.row)}`), checkFreshness(pane.row, facts)];
  }
}

function foundCredential(setting: string): Check {
  return found("pane", "pane-credential", {
    detail: `${setting} stands in the place of this pane's login, so whose quota it spends is unknown.`,
  });
}

function checkFreshness(row: Row, facts: Facts): Check {
  const { nowMs } = facts;
  const from = row.source === "extension" ? "" : `, from ${toSourceName(row.source)}`;
  const others = row.windows.flatMap((window) => {
    const notes = toWindowNotes(window, row, nowMs);
    return notes === "" ? [] : [`${window.id}: ${notes}`];
  });
  const age = [`${formatDuration(row.age_seconds * 1000)} old${from}`, ...others].join("; ");
  if (row.stale && isWithoutBrowser(facts)) return fine("reading", `${age}; Claude Code is asked when somebody waits`);
  if (row.stale) return found("reading", "row-stale", { detail: `The newest reading is ${age}.` });
  return row.disputed ? found("reading", "row-disputed", { status: "warn" }) : fine("reading", age);
}

function checkCachedUsage({ cachedUsage }: Facts): Check[] {
  return cachedUsage === "other" ? [found("claude code", "other-cached-usage", { status: "warn" })] : [];
}

function checkHooks({ outdatedHooks }: Facts): Check[] {
  if (outdatedHooks.length === 0) return [];
  const detail = `${findingWords["hooks-old"].means} Missing or changed since: ${outdatedHooks.join(", ")}.`;
  return [found("Claude Code", "hooks-old", { status: "warn", detail })];
}

function checkDrift({ drift }: Facts): Check[] {
  if (drift.length === 0) return [];
  const names = drift.map(({ what, name }) => `${what} ${name}`).join(", ");
  return [found("claude.ai", "schema-drift", { status: "warn", detail: `Not recognised: ${names}.` })];
}
