// `claude-meter extension`: where the built extension is, and how a browser loads it.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CliError } from "../cli-error.ts";
import { writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { findInstalledApplications } from "../setup/browser-folders.ts";
import { ensureLastingPlace } from "../setup/find-program.ts";

export const extensionOptionNames = {
  command: "extension",
  words: ["path", "open"],
  flags: ["firefox"],
  texts: [],
} as const satisfies OptionNames;

const LAST_STEP =
  "Then sign in to claude.ai in that browser, unless you already are. The first number arrives within a minute.";

export async function runExtension(args: string[]): Promise<void> {
  const given = parseOptions(args, extensionOptionNames);
  const isFirefox = given.has("firefox");
  const folder = findExtension(isFirefox ? "extension-firefox" : "extension");
  const steps = isFirefox ? formatFirefoxSteps(folder) : formatSteps(folder);
  switch (given.word) {
    case undefined:
      return writeOut(steps);
    case "path":
      return writeOut(`${folder}\n`);
    case "open":
      if (!isFirefox) await openExtensionsPage();
      return writeOut(steps);
  }
}

function findExtension(name: string): string {
  ensureLastingPlace(__dirname);
  const folder = toExtensionFolder(name);
  if (existsSync(join(folder, "manifest.json"))) return folder;
  throw new CliError("unknown", `no built extension in ${folder}: run \`npm run build\`.`);
}

/** The browser loads it from here at each of its starts, so an update of the package updates the extension as well. */
export function toExtensionFolder(name = "extension"): string {
  return join(__dirname, "..", name);
}

/** Chromium takes no chrome:// address from a command line; only macOS hands one over in another way. */
async function openExtensionsPage(): Promise<void> {
  const [application] = process.platform === "darwin" ? findInstalledApplications() : [];
  if (application === undefined) return;
  await promisify(execFile)("open", ["-a", application, "chrome://extensions"]).catch(() => {
    // The steps below begin with the page anyway.
  });
}

export function formatSteps(folder: string): string {
  return [
    "Load the extension once in your browser:",
    "",
    "  1. open chrome://extensions (Arc: arc://extensions, Brave: brave://extensions, Edge: edge://extensions)",
    '  2. switch on "Developer mode" and leave it on',
    `  3. click "Load unpacked" and choose  ${folder}`,
    "",
    LAST_STEP,
    "",
  ].join("\n");
}

/** Nothing loads an unsigned add-on into a plain Firefox for good, and the steps say so. */
function formatFirefoxSteps(folder: string): string {
  return [
    "Load the extension in Firefox 140 or newer. Mozilla has not signed it, so Firefox takes it",
    "",
    "  until Firefox quits:",
    "  1. open about:debugging#/runtime/this-firefox",
    `  2. click "Load Temporary Add-on" and choose  ${join(folder, "manifest.json")}`,
    "",
    "  for good, only in Firefox ESR, Developer Edition and Nightly:",
    "  1. open about:config and set xpinstall.signatures.required to false (this holds for every add-on)",
    `  2. pack it:  cd ${JSON.stringify(folder)} && zip -r ~/claude-meter.xpi .`,
    '  3. open about:addons, and behind the gear "Install Add-on From File": claude-meter.xpi',
    "",
    LAST_STEP,
    "",
  ].join("\n");
}
