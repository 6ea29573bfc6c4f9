// `claude-meter setup` and `uninstall`: show what will change, ask, change it. What there is to install is in a list.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { readBridgeStatus, stopBridge, writeStoppedMark } from "../../state/bridge-process.ts";
import { toStateFolder } from "../../state/paths.ts";
import { CliError } from "../cli-error.ts";
import { ask, confirmInTerminal } from "../confirm.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, type Options, parseOptions } from "../parse-options.ts";
import { createAutostart } from "./autostart.ts";
import { findBrowserNames } from "./browser-folders.ts";
import { claudeCode } from "./claude-code.ts";
import { formatDiff } from "./diff-lines.ts";
import { ensureLastingPlace, findProgram } from "./find-program.ts";
import type { Change, Removal } from "./installation.ts";
import { createNativeHosts } from "./native-hosts.ts";
import { readWithoutBrowser, toPlanWords } from "./read-without-browser.ts";
import { toStableNode } from "./stable-node.ts";
import { createStateFolderRemoval } from "./state-folder.ts";

export const setupOptionNames = {
  command: "setup",
  flags: ["claude-code", "tmux", "no-autostart", "dry-run", "yes"],
  texts: [],
  lists: ["browser-dir"],
} as const satisfies OptionNames;

export const uninstallOptionNames = {
  command: "uninstall",
  flags: ["claude-code", "purge", "dry-run", "yes"],
  texts: [],
} as const satisfies OptionNames;

export async function runSetup(args: string[]): Promise<void> {
  const given = parseOptions(args, setupOptionNames);
  if (given.has("tmux")) return await printTmuxLines();
  ensureLastingPlace(__dirname);
  const browserDirs = given.list("browser-dir");
  const areBrowsersMeant = browserDirs.length > 0 || !given.has("claude-code");
  const hasNoBrowser = areBrowsersMeant && browserDirs.length === 0 && hasNone();
  if (hasNoBrowser) writeOut(`${toPlanWords()}\n`);
  const installations = [
    ...(areBrowsersMeant && !hasNoBrowser ? [createNativeHosts({ ...toPlaces(), browserDirs })] : []),
    ...(areBrowsersMeant && !given.has("no-autostart") ? [createAutostart(toPlaces())] : []),
    ...(given.has("claude-code") ? [claudeCode] : []),
  ];
  const plans = await Promise.all(installations.map((installation) => installation.planSetup()));
  const isConfirmed = await confirm("setup", plans.flat(), given);
  if (isConfirmed) {
    for (const installation of installations) await installation.setUp();
    writeOut(`${["Done.", ...installations.map(({ next }) => next)].join(" ").trim()}\n`);
  }
  if (hasNoBrowser && !given.has("dry-run") && (isConfirmed || isInPlace(plans.flat()))) await readWithoutBrowser();
}

/** Windows keeps no such places: there somebody has a browser. */
function hasNone(): boolean {
  return process.platform !== "win32" && findBrowserNames().length === 0;
}

function isInPlace(changes: readonly Change[]): boolean {
  return changes.every(({ action }) => action === "keep");
}

export async function runUninstall(args: string[]): Promise<void> {
  const given = parseOptions(args, uninstallOptionNames);
  if (given.has("claude-code")) return void (await remove([claudeCode], given));
  const places = toPlaces();
  const { stateFolder } = places;
  const data = createStateFolderRemoval(stateFolder);
  const removals = [
    createNativeHosts({ ...places, browserDirs: [] }),
    createAutostart(places),
    claudeCode,
    runningBridge,
    ...(given.has("purge") ? [data] : []),
  ];
  if (!(await remove(removals, given))) return;
  const mayAsk = !given.has("purge") && !given.has("yes");
  if (mayAsk && (await ask(`Also delete all readings in ${stateFolder}?`))) await data.remove();
  if (existsSync(stateFolder)) {
    writeOut(`Readings are kept in ${stateFolder}. To delete them, run \`claude-meter uninstall --purge\`.\n`);
  }
  writeOut("Remove the extension in the browser, and the program with `npm uninstall --global claude-meter`.\n");
}

/** False when nothing was removed. */
async function remove(removals: readonly Removal[], answers: Answers): Promise<boolean> {
  const plans = await Promise.all(removals.map((removal) => removal.planRemoval()));
  if (!(await confirm("uninstall", plans.flat(), answers))) return false;
  for (const removal of removals) await removal.remove();
  writeOut("Done.\n");
  return true;
}

/** Stopped with everything that would start it gone, so it needs no mark to stay so. */
const runningBridge: Removal = {
  planRemoval: async () => {
    const status = await readBridgeStatus();
    return status ? [{ action: "stop", target: `the bridge (pid ${status.pid})` }] : [];
  },
  remove: async () => {
    if ((await stopBridge()) === "stays") throw new CliError("internal", "the bridge did not stop when asked.");
    writeStoppedMark(false);
  },
};

/** Absolute: a browser starts the script in a folder of its own choice, where a relative path would lead nowhere. */
function toPlaces() {
  const { execPath, platform } = process;
  const stateFolder = resolve(toStateFolder());
  return { stateFolder, nodePath: toStableNode(execPath), programFolder: __dirname, platform };
}

/** Shown and not written: only its user knows where a status line has room. */
async function printTmuxLines(): Promise<void> {
  const example = await readFile(join(__dirname, "..", "..", "docs", "examples", "tmux.conf"), "utf8");
  writeOut(`Add this to ~/.tmux.conf:\n\n${example.replace("claude-meter line", () => `${findProgram()} line`)}`);
}

type Answers = Pick<Options<"dry-run" | "yes", never>, "has">;

/** Shows the changes; true when they shall be made. */
async function confirm(command: string, changes: readonly Change[], answers: Answers): Promise<boolean> {
  const isDone = isInPlace(changes);
  if (isDone) writeOut("Nothing to change.\n");
  // Who has said yes already is told which files; who is still to decide sees what will stand in them.
  const isShort = answers.has("yes") && !answers.has("dry-run");
  for (const change of changes) writeOut(isShort ? formatShort(change) : formatChange(change));
  if (isDone) return false;
  if (answers.has("dry-run")) return false;
  if (answers.has("yes")) return true;
  if (await confirmInTerminal("Make these changes?", `claude-meter ${command} --yes`)) return true;
  writeError("Nothing was changed.\n");
  return false;
}

function formatShort(change: Change): string {
  return change.action === "keep" ? formatChange(change) : `${change.action} ${change.target}\n`;
}

function formatChange({ action, target, text, before }: Change): string {
  const lines = text === undefined ? [] : before === undefined ? text.trimEnd().split("\n") : formatDiff(before, text);
  return [`${action} ${target}`, ...lines.map((line) => `    ${line}`), ""].join("\n");
}
