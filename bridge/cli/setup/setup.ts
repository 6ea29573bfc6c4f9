// `claude-meter setup` and `uninstall`: show what will change, ask, change it. What there is to install is in a list.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { readBridgeStatus, stopBridge, writeStoppedMark } from "../../state/bridge-process.ts";
import { toStateFolder } from "../../state/paths.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";
import { createAutostart } from "./autostart.ts";
import { claudeCode } from "./claude-code.ts";
import { formatDiff } from "./diff-lines.ts";
import { ensureLastingPlace, findProgram } from "./find-program.ts";
import type { Change, Removal } from "./installation.ts";
import { createNativeHosts } from "./native-hosts.ts";
import { createStateFolderRemoval } from "./state-folder.ts";

const setupOptions = {
  "claude-code": { type: "boolean" },
  tmux: { type: "boolean" },
  "browser-dir": { type: "string", multiple: true },
  "no-autostart": { type: "boolean" },
  "dry-run": { type: "boolean" },
  yes: { type: "boolean" },
} as const;

const uninstallOptions = {
  "claude-code": { type: "boolean" },
  purge: { type: "boolean" },
  "dry-run": { type: "boolean" },
  yes: { type: "boolean" },
} as const;

export async function runSetup(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: setupOptions });
  if (values.tmux) return await printTmuxLines();
  ensureLastingPlace(__dirname);
  const browserDirs = values["browser-dir"] ?? [];
  const areBrowsersMeant = browserDirs.length > 0 || !values["claude-code"];
  const installations = [
    ...(areBrowsersMeant ? [createNativeHosts({ ...toPlaces(), browserDirs })] : []),
    ...(areBrowsersMeant && !values["no-autostart"] ? [createAutostart(toPlaces())] : []),
    ...(values["claude-code"] ? [claudeCode] : []),
  ];
  const plans = await Promise.all(installations.map((installation) => installation.planSetup()));
  if (!(await confirm("setup", plans.flat(), values))) return;
  for (const installation of installations) await installation.setUp();
  writeOut(`${["Done.", ...installations.map(({ next }) => next)].join(" ").trim()}\n`);
}

export async function runUninstall(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: uninstallOptions });
  if (values["claude-code"]) return void (await remove([claudeCode], values));
  const places = toPlaces();
  const { stateFolder } = places;
  const data = createStateFolderRemoval(stateFolder);
  const removals = [
    createNativeHosts({ ...places, browserDirs: [] }),
    createAutostart(places),
    claudeCode,
    runningBridge,
    ...(values.purge ? [data] : []),
  ];
  if (!(await remove(removals, values))) return;
  const mayAsk = !values.purge && !values.yes;
  if (mayAsk && (await ask(`Delete all readings in ${stateFolder} as well?`))) await data.remove();
  if (existsSync(stateFolder)) {
    writeOut(`What was read so far stays in ${stateFolder}: \`claude-meter uninstall --purge\` deletes it.\n`);
  }
  writeOut("The extension is removed in the browser, the program by `npm uninstall --global claude-meter`.\n");
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
    if ((await stopBridge()) === "stays") throw new CliError("internal", "the bridge was asked to stop and stays.");
    writeStoppedMark(false);
  },
};

/** Absolute: a browser starts the script in a folder of its own choice, where a relative path would lead nowhere. */
function toPlaces() {
  const { execPath: nodePath, platform } = process;
  return { stateFolder: resolve(toStateFolder()), nodePath, programFolder: __dirname, platform };
}

/** Shown and not written: only its user knows where a status line has room. */
async function printTmuxLines(): Promise<void> {
  const example = await readFile(join(__dirname, "..", "..", "docs", "examples", "tmux.conf"), "utf8");
  writeOut(`Put this into ~/.tmux.conf:\n\n${example.replace("claude-meter line", () => `${findProgram()} line`)}`);
}

type Answers = { "dry-run"?: boolean | undefined; yes?: boolean | undefined };

/** Shows the changes; true when they shall be made. */
async function confirm(command: string, changes: readonly Change[], answers: Answers): Promise<boolean> {
  const isDone = changes.every(({ action }) => action === "keep");
  if (isDone) writeOut("Nothing to do: everything is as it should be.\n");
  // Who has said yes already is told which files; who is still to decide sees what will stand in them.
  const isShort = answers.yes && !answers["dry-run"];
  for (const change of changes) writeOut(isShort ? formatShort(change) : formatChange(change));
  if (isDone) return false;
  if (answers["dry-run"]) return false;
  if (answers.yes) return true;
  if (!process.stdin.isTTY) {
    throw new CliError("usage", `nobody is there to ask: run \`claude-meter ${command} --yes\` to make these changes.`);
  }
  if (await ask("Make these changes?")) return true;
  writeError("Nothing was changed.\n");
  return false;
}

async function ask(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question(`${question} [y/N] `);
  terminal.close();
  return /^y(es)?$/i.test(answer.trim());
}

function formatShort(change: Change): string {
  return change.action === "keep" ? formatChange(change) : `${change.action} ${change.target}\n`;
}

function formatChange({ action, target, text, before }: Change): string {
  const lines = text === undefined ? [] : before === undefined ? text.trimEnd().split("\n") : formatDiff(before, text);
  return [`${action} ${target}`, ...lines.map((line) => `    ${line}`), ""].join("\n");
}
