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
  flags: [],
  texts: [],
} as const satisfies OptionNames;

export async function runExtension(args: string[]): Promise<void> {
  const { word } = parseOptions(args, extensionOptionNames);
  const folder = findExtension();
  switch (word) {
    case undefined:
      return writeOut(formatSteps(folder));
    case "path":
      return writeOut(`${folder}\n`);
    case "open":
      await openExtensionsPage();
      return writeOut(formatSteps(folder));
  }
}

function findExtension(): string {
  ensureLastingPlace(__dirname);
  const folder = toExtensionFolder();
  if (existsSync(join(folder, "manifest.json"))) return folder;
  throw new CliError("unknown", `no built extension in ${folder}: run \`npm run build\`.`);
}

/** The browser loads it from here at each of its starts, so an update of the package updates the extension as well. */
export function toExtensionFolder(): string {
  return join(__dirname, "..", "extension");
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
    "Then sign in to claude.ai in that browser, unless you already are. The first number arrives within a minute.",
    "",
  ].join("\n");
}
