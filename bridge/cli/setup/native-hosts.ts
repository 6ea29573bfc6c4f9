// The native messaging host: a start script in the state folder, and a manifest in each browser that points to it.
import { execFile } from "node:child_process";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { NATIVE_HOST_NAME } from "../../../shared/native-message.ts";
import { EXTENSION_ID } from "../../../shared/protocol.ts";
import { ensurePrivateFolder, writePrivateFile } from "../../state/private-files.ts";
import { findHostFolders, registryKeys } from "./browser-folders.ts";
import type { Change, Installation } from "./installation.ts";

export type NativeHostOptions = {
  stateFolder: string;
  nodePath: string;
  programFolder: string;
  /** User data folders of browsers that are not in their usual place. */
  browserDirs: readonly string[];
  platform: string;
};

type File = { path: string; text: string; mode: number };

/** Manifests written so far, so that removal finds also those of `--browser-dir`. */
const writtenSchema = z.array(z.string());

export function createNativeHosts(options: NativeHostOptions): Installation {
  const { stateFolder, platform } = options;
  const listPath = join(stateFolder, "native-hosts.json");
  const readWritten = async () => {
    const text = await readFile(listPath, "utf8").catch(() => "[]");
    return z.parse(writtenSchema, parseJson(text));
  };
  const planRemoval = async (): Promise<Change[]> => {
    const files = [...(await readWritten()), toScript(options).path];
    const present = await Promise.all(files.map(async (path) => ((await readText(path)) === undefined ? [] : [path])));
    return present.flat().map((target) => ({ action: "remove", target }));
  };
  return {
    name: "native messaging host",
    next: "Load the extension, and it pairs with the bridge by itself.",
    planSetup: async () => {
      const files = toFiles(options);
      const texts = await Promise.all(files.map(({ path }) => readText(path)));
      const changed = files.filter((file, index) => texts[index] !== file.text);
      return changed.map(({ path, text }) => ({ action: "write", target: path, text }));
    },
    setUp: async () => {
      await ensurePrivateFolder(stateFolder);
      const [script, ...manifests] = toFiles(options);
      const written = [...new Set([...(await readWritten()), ...manifests.map(({ path }) => path)])];
      // The list first: what is on it and was not written yet is removed without harm.
      await writePrivateFile(listPath, `${JSON.stringify(written)}\n`);
      for (const file of [script, ...manifests]) {
        if (!file) continue;
        await mkdir(join(file.path, ".."), { recursive: true });
        await writePrivateFile(file.path, file.text, file.mode);
      }
      if (platform === "win32") await writeRegistry(toManifestPathOnWindows(options));
    },
    planRemoval,
    remove: async () => {
      for (const { target } of await planRemoval()) await rm(target, { force: true });
      if (platform === "win32") await clearRegistry();
      await rm(listPath, { force: true });
    },
  };
}

function toFiles(options: NativeHostOptions): File[] {
  const script = toScript(options);
  const text = `${JSON.stringify(toManifest(script.path), null, 2)}\n`;
  if (options.platform === "win32") return [script, { path: toManifestPathOnWindows(options), text, mode: 0o600 }];
  const own = options.browserDirs.map((folder) => join(folder, "NativeMessagingHosts"));
  const folders = [...findHostFolders(process.env, options.platform), ...own];
  return [script, ...folders.map((folder) => ({ path: join(folder, `${NATIVE_HOST_NAME}.json`), text, mode: 0o644 }))];
}

/** A script, because a browser started from a desktop has another PATH than a shell and can pass no arguments. */
function toScript({ stateFolder, nodePath, programFolder, platform }: NativeHostOptions): File {
  const program = join(programFolder, "native-host.js");
  if (platform === "win32") {
    const text = `@echo off\r\nset "CLAUDE_METER_HOME=${stateFolder}"\r\n"${nodePath}" "${program}" %*\r\n`;
    return { path: join(stateFolder, "native-host.bat"), text, mode: 0o700 };
  }
  const port = process.env["CLAUDE_METER_PORT"];
  const environment = [
    `CLAUDE_METER_HOME=${quote(stateFolder)}`,
    ...(port ? [`CLAUDE_METER_PORT=${quote(port)}`] : []),
  ];
  const text = `#!/bin/sh\nexport ${environment.join(" ")}\nexec ${quote(nodePath)} ${quote(program)} "$@"\n`;
  return { path: join(stateFolder, "native-host.sh"), text, mode: 0o700 };
}

function toManifest(scriptPath: string) {
  return {
    name: NATIVE_HOST_NAME,
    description: "claude-meter: starts the bridge and pairs this browser with it",
    path: scriptPath,
    type: "stdio",
    allowed_origins: [`chrome-extension://${EXTENSION_ID}/`],
  };
}

function toManifestPathOnWindows({ stateFolder }: NativeHostOptions): string {
  return join(stateFolder, `${NATIVE_HOST_NAME}.json`);
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

async function writeRegistry(manifestPath: string): Promise<void> {
  for (const key of Object.values(registryKeys)) {
    const name = `HKCU\\Software\\${key}\\${NATIVE_HOST_NAME}`;
    await promisify(execFile)("reg", ["add", name, "/ve", "/t", "REG_SZ", "/d", manifestPath, "/f"]);
  }
}

async function clearRegistry(): Promise<void> {
  for (const key of Object.values(registryKeys)) {
    await promisify(execFile)("reg", ["delete", `HKCU\\Software\\${key}\\${NATIVE_HOST_NAME}`, "/f"]).catch(() => {
      // It was not there.
    });
  }
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch(() => undefined);
}
