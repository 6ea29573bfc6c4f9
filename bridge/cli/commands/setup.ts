// `claude-meter setup` and `uninstall`: show what will change, ask, change it. What there is to install is in a list.
import { resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";
import { toStateFolder } from "../../state/paths.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";
import { claudeCode } from "../setup/claude-code.ts";
import { formatDiff } from "../setup/diff-lines.ts";
import { ensureLastingPlace } from "../setup/find-program.ts";
import type { Change, Installation } from "../setup/installation.ts";
import { createNativeHosts } from "../setup/native-hosts.ts";

const options = {
  "claude-code": { type: "boolean" },
  "browser-dir": { type: "string", multiple: true },
  "dry-run": { type: "boolean" },
  yes: { type: "boolean" },
} as const;

export async function runSetup(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const browserDirs = values["browser-dir"] ?? [];
  const areBrowsersMeant = browserDirs.length > 0 || !values["claude-code"];
  const installations = [
    ...(areBrowsersMeant ? [createBrowsers(browserDirs)] : []),
    ...(values["claude-code"] ? [claudeCode] : []),
  ];
  const plans = await Promise.all(installations.map((installation) => installation.planSetup()));
  if (!(await confirm("setup", plans.flat(), values))) return;
  for (const installation of installations) await installation.setUp();
  writeOut(`Done. ${installations.map(({ next }) => next).join(" ")}\n`);
}

export async function runUninstall(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options });
  const installations = [...(values["claude-code"] ? [] : [createBrowsers(values["browser-dir"] ?? [])]), claudeCode];
  const plans = await Promise.all(installations.map((installation) => installation.planRemoval()));
  if (!(await confirm("uninstall", plans.flat(), values))) return;
  for (const installation of installations) await installation.remove();
  writeOut(`Done. What was read so far stays in ${toStateFolder()}; delete that folder to forget it.\n`);
}

function createBrowsers(browserDirs: readonly string[]): Installation {
  ensureLastingPlace(__dirname);
  const { execPath: nodePath, platform } = process;
  // A browser starts the script in a folder of its own choice, where a relative path would lead nowhere.
  const stateFolder = resolve(toStateFolder());
  return createNativeHosts({ stateFolder, nodePath, programFolder: __dirname, browserDirs, platform });
}

type Answers = { "dry-run"?: boolean; yes?: boolean };

/** Shows the changes; true when they shall be made. */
async function confirm(command: string, changes: readonly Change[], answers: Answers): Promise<boolean> {
  const isDone = changes.every(({ action }) => action === "keep");
  if (isDone) writeOut("Nothing to do: everything is as it should be.\n");
  for (const change of changes) writeOut(formatChange(change));
  if (isDone) return false;
  if (answers["dry-run"]) return false;
  if (answers.yes) return true;
  if (!process.stdin.isTTY) {
    throw new CliError("usage", `nobody is there to ask: run \`claude-meter ${command} --yes\` to make these changes.`);
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Make these changes? [y/N] ");
  terminal.close();
  if (/^y(es)?$/i.test(answer.trim())) return true;
  writeError("Nothing was changed.\n");
  return false;
}

function formatChange({ action, target, text, before }: Change): string {
  const lines = text === undefined ? [] : before === undefined ? text.trimEnd().split("\n") : formatDiff(before, text);
  return [`${action} ${target}`, ...lines.map((line) => `    ${line}`), ""].join("\n");
}
