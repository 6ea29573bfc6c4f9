// The native messaging host: a start script in the state folder, and a manifest in each browser that points to it.
import { readFile, rm } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { NATIVE_HOST_NAME } from "../../../shared/native-message.ts";
import { EXTENSION_ID } from "../../../shared/protocol.ts";
import { ensurePrivateFolder, writePrivateFile } from "../../state/private-files.ts";
import { findHostFolders, registryKeys, toConfigFolder } from "./browser-folders.ts";
import type { Change, Installation } from "./installation.ts";
import { filter, isInPlace, isPresent, type OwnFile, writeEntry } from "./own-entry.ts";
import { createRegistry, type Registry } from "./registry.ts";
import { removeEmptyFolders } from "./remove-empty-folders.ts";
import { type ScriptOptions, toStartScript } from "./start-script.ts";

export type NativeHostOptions = ScriptOptions & {
  /** User data folders of browsers that are not in their usual place. */
  browserDirs: readonly string[];
  registry?: Registry;
};

/** Manifests written so far, so that removal finds also those of `--browser-dir`. */
const writtenSchema = z.array(z.string());

export function createNativeHosts(options: NativeHostOptions): Installation {
  const { stateFolder, registry = createRegistry() } = options;
  const listPath = join(stateFolder, "native-hosts.json");
  const manifestPath = toManifestPathOnWindows(options);
  const keys = toRegistryKeys(options);
  const planRemoval = async (): Promise<Change[]> => {
    // Those of the browsers found now as well: the list may be lost.
    const files = [...(await readWritten(listPath)), ...toFiles(options).map(({ path }) => path), listPath];
    const present = await filter([...new Set(files)], isPresent);
    const known = await filter(keys, async (key) => (await registry.read(key)) !== undefined);
    return [...present, ...known].map((target) => ({ action: "remove", target }));
  };
  return {
    name: "native messaging host",
    next: "Load the extension; it pairs with the bridge automatically.",
    planSetup: async () => {
      const files = await filter(toFiles(options), async (file) => !(await isInPlace(file, options.platform)));
      const missing = await filter(keys, async (key) => !isSamePath(await registry.read(key), manifestPath));
      return [
        ...files.map(({ path, text }): Change => ({ action: "write", target: path, text })),
        ...missing.map((key): Change => ({ action: "write", target: key, text: manifestPath })),
      ];
    },
    setUp: async () => {
      await ensurePrivateFolder(stateFolder);
      const [script, ...manifests] = toFiles(options);
      const written = [...new Set([...(await readWritten(listPath)), ...manifests.map(({ path }) => path)])];
      // The list first: what is on it and was not written yet is removed without harm.
      await writePrivateFile(listPath, `${JSON.stringify(written)}\n`);
      for (const file of [script, ...manifests]) {
        if (file) await writeEntry(file);
      }
      for (const key of keys) await registry.write(key, manifestPath);
    },
    planRemoval,
    remove: async () => {
      const changes = await planRemoval();
      for (const { target } of changes) {
        if (keys.includes(target)) await registry.remove(target);
        else await removeFile(target, toConfigFolder(options.environment, options.platform));
      }
    },
  };
}

function toFiles(options: NativeHostOptions): OwnFile[] {
  const { platform, environment = process.env } = options;
  const script = toStartScript("native-host", ["native-host.js"], options);
  const text = `${JSON.stringify(toManifest(script.path), null, 2)}\n`;
  if (platform === "win32") return [script, { path: toManifestPathOnWindows(options), text, mode: 0o600 }];
  const own = options.browserDirs.map((folder) => join(resolve(folder), "NativeMessagingHosts"));
  const folders = [...new Set([...findHostFolders(environment, platform), ...own])];
  return [script, ...folders.map((folder) => ({ path: join(folder, `${NATIVE_HOST_NAME}.json`), text, mode: 0o644 }))];
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

function toRegistryKeys({ platform }: NativeHostOptions): string[] {
  if (platform !== "win32") return [];
  return Object.values(registryKeys).map((key) => `HKCU\\Software\\${key}\\${NATIVE_HOST_NAME}`);
}

/** The registry's tool prints in the old code page of the country, so letters beyond ASCII are not compared. */
function isSamePath(found: string | undefined, wanted: string): boolean {
  const toAscii = (text: string) => text.replace(/[^ -~]+/g, "?");
  return found !== undefined && toAscii(found) === toAscii(wanted);
}

/** A list that cannot be read is as good as none: removal also looks in the usual places. */
async function readWritten(listPath: string): Promise<string[]> {
  try {
    return z.parse(writtenSchema, parseJson((await readText(listPath)) ?? "[]"));
  } catch {
    return [];
  }
}

/** A browser that was never started has its folder only from us. */
async function removeFile(path: string, configFolder: string): Promise<void> {
  await rm(path, { force: true });
  if (basename(dirname(path)) === "NativeMessagingHosts") await removeEmptyFolders(dirname(path), configFolder);
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch(() => undefined);
}
