// The native messaging host: a start script in the state folder, and a manifest in each browser that points to it.
import { readFile, rm } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { NATIVE_HOST_NAME } from "../../../shared/native-message.ts";
import { EXTENSION_ID, FIREFOX_EXTENSION_ID } from "../../../shared/protocol.ts";
import { ensurePrivateFolder, writePrivateFile } from "../../state/private-files.ts";
import { type Family, findHostFolders, registryKeys, toBaseFolder, toHostFolder } from "./browser-folders.ts";
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
  const entries = toRegistryEntries(options);
  const keys = entries.map(({ key }) => key);
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
      const missing = await filter(entries, async ({ key, path }) => !isSamePath(await registry.read(key), path));
      return [
        ...files.map(({ path, text }): Change => ({ action: "write", target: path, text })),
        ...missing.map(({ key, path }): Change => ({ action: "write", target: key, text: path })),
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
      for (const { key, path } of entries) await registry.write(key, path);
    },
    planRemoval,
    remove: async () => {
      const changes = await planRemoval();
      for (const { target } of changes) {
        if (keys.includes(target)) await registry.remove(target);
        else await removeFile(target, toBaseFolder(target, options.environment, options.platform));
      }
    },
  };
}

function toFiles(options: NativeHostOptions): OwnFile[] {
  const { platform, environment = process.env } = options;
  const script = toStartScript("native-host", ["native-host.js"], options);
  if (platform === "win32") {
    const families = [...new Set(registryKeys.map(({ family }) => family))];
    return [script, ...families.map((family) => toManifestOnWindows(options, script.path, family))];
  }
  const own = options.browserDirs.map((folder) => toHostFolder(resolve(folder)));
  const byPath = new Map([...findHostFolders(environment, platform), ...own].map((each) => [each.path, each.family]));
  const manifests = [...byPath].map(([folder, family]) => ({
    path: join(folder, `${NATIVE_HOST_NAME}.json`),
    text: toManifestText(script.path, family),
    mode: 0o644,
  }));
  return [script, ...manifests];
}

/** Two texts: Firefox refuses a manifest that names extensions of Chromium as well. */
function toManifestText(scriptPath: string, family: Family): string {
  const manifest = {
    name: NATIVE_HOST_NAME,
    description: "claude-meter: starts the bridge and pairs this browser with it",
    path: scriptPath,
    type: "stdio",
    ...(family === "firefox"
      ? { allowed_extensions: [FIREFOX_EXTENSION_ID] }
      : { allowed_origins: [`chrome-extension://${EXTENSION_ID}/`] }),
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

function toManifestOnWindows({ stateFolder }: NativeHostOptions, scriptPath: string, family: Family): OwnFile {
  const path = toManifestPathOnWindows(stateFolder, family);
  return { path, text: toManifestText(scriptPath, family), mode: 0o600 };
}

function toManifestPathOnWindows(stateFolder: string, family: Family): string {
  return join(stateFolder, `${NATIVE_HOST_NAME}${family === "firefox" ? ".firefox" : ""}.json`);
}

function toRegistryEntries({ platform, stateFolder }: NativeHostOptions): { key: string; path: string }[] {
  if (platform !== "win32") return [];
  return registryKeys.map(({ key, family }) => ({
    key: `HKCU\\Software\\${key}\\${NATIVE_HOST_NAME}`,
    path: toManifestPathOnWindows(stateFolder, family),
  }));
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
async function removeFile(path: string, baseFolder: string | undefined): Promise<void> {
  await rm(path, { force: true });
  if (baseFolder !== undefined) await removeEmptyFolders(dirname(path), baseFolder);
}

async function readText(path: string): Promise<string | undefined> {
  return await readFile(path, "utf8").catch(() => undefined);
}
