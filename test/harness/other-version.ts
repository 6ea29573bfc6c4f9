// Builds the bridge or the extension as another version of claude-meter would be, from today's sources with some words changed.
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build, type Plugin } from "vite";
import { afterAll } from "vitest";

export type OtherVersion = {
  version: string;
  /** What it speaks, and the oldest that it still takes. */
  protocol: number;
  oldest?: number;
  /** Further changes: what to put for what, in which file. */
  changes?: readonly (readonly [file: string, from: RegExp, to: string])[];
};

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders: string[] = [];

afterAll(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

/** The path of its daemon. */
export async function buildDaemon(other: OtherVersion): Promise<string> {
  return join(await buildOther("daemon", other), "daemon.js");
}

/** The folder to load; its manifest has the other version, too. */
export async function buildExtension(other: OtherVersion): Promise<string> {
  const folder = await buildOther("extension", other);
  const path = join(folder, "manifest.json");
  await writeFile(path, (await readFile(path, "utf8")).replace(/"version": "[^"]+"/, `"version": "${other.version}"`));
  return folder;
}

async function buildOther(mode: string, other: OtherVersion): Promise<string> {
  // Inside the project, from where the SQLite binding is found, and apart from the build that others look at.
  await mkdir(join(root, "test-results"), { recursive: true });
  const outDir = await mkdtemp(join(root, "test-results", "other-"));
  folders.push(outDir);
  await build({
    root,
    mode,
    logLevel: "error",
    plugins: [createChanges(other)],
    build: { outDir, emptyOutDir: false },
  });
  return outDir;
}

function createChanges({ version, protocol, oldest = protocol, changes = [] }: OtherVersion): Plugin {
  const all = [
    ["shared/protocol.ts", /export const PROTOCOL = 1;/, `export const PROTOCOL = ${protocol};`],
    ["shared/protocol.ts", /export const OLDEST_PROTOCOL = 1;/, `export const OLDEST_PROTOCOL = ${oldest};`],
    ["bridge/state/version.ts", /export \{.*/, `export const VERSION = "${version}";`],
    ...changes,
  ] as const;
  const missed = new Set(changes.map(([file]) => file));
  return {
    name: "other-version",
    enforce: "pre",
    transform(code, id) {
      // The worker's own copy of a module has a mark behind its name (vite.config.ts).
      const own = all.filter(([file]) => id.split("?")[0]?.endsWith(`/${file}`));
      for (const [file] of own) missed.delete(file);
      return own.length === 0
        ? null
        : own.reduce((text, [file, from, to]) => replaceOnce(text, { file, from, to }), code);
    },
    buildEnd() {
      if (missed.size > 0) throw new Error(`not in this build: ${[...missed].join(", ")}`);
    },
  };
}

/** A word that is no longer there would make the build this version again, and the test prove nothing. */
function replaceOnce(text: string, { file, from, to }: { file: string; from: RegExp; to: string }): string {
  if (text.search(from) < 0) throw new Error(`${file} has no ${from}`);
  return text.replace(from, () => to);
}
