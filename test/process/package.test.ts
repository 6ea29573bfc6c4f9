// What is published: the package, as `npm pack` makes it and `npm install --global` unpacks it without a network, and
// the extension for the store.
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect } from "vitest";
import packageFile from "../../package.json" with { type: "json" };
import { jsonObjectSchema } from "../../shared/json.ts";
import { findFreePort } from "../harness/free-port.ts";
import {
  installPackage,
  installSqlite,
  type Packed,
  packPackage,
  runInstalled,
  toUserEnvironment,
} from "../harness/installed-package.ts";
import { runProgram } from "../harness/program.ts";
import { requireTool } from "../harness/require-tool.ts";
import { test } from "../harness/test.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const hasOwnSqlite = isBuiltin("node:sqlite");

let folder: string;
let packed: Packed;

test.beforeAll(async ({ sharedFolder }) => {
  folder = sharedFolder;
  packed = await packPackage(folder);
});

describe("the package", () => {
  const welcome = [
    /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|SECURITY\.md)$/,
    /^docs\/[\w-]+\.md$/,
    /^docs\/examples\/[\w.-]+$/,
    /^dist\/bridge\/([\w-]+\.js|claude-meter\.1|package\.json|third-party\/[\w-]+\.md)$/,
    /^dist\/extension\/[\w./-]+\.(js|css|html|png|json|md)$/,
  ];

  test("holds programs, the extension, docs and licences: no source, no test, no map", () => {
    expect(packed.files.filter((file) => !welcome.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(packed.files).toEqual(
      expect.arrayContaining([
        ...["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md", "dist/extension/manifest.json"],
        ...["cli", "daemon", "native-host"].map((name) => `dist/bridge/${name}.js`),
      ]),
    );
  });

  test("has at most a megabyte, unpacked", () => {
    expect(packed.unpackedBytes).toBeLessThanOrEqual(1_000_000);
  });

  test("brings the licence of every package that is bundled in it", async () => {
    const notices = packed.files.filter((file) => /third-party/.test(file));
    const texts = await Promise.all(notices.map((file) => readFile(join(root, file), "utf8")));
    const entries = texts.flatMap((text) => text.split(/^## /m).slice(1));
    const names = entries.map((entry) => entry.split(" - ")[0] ?? "");
    expect([...new Set(names)]).toEqual(expect.arrayContaining(["idb", "zod"]));
    expect(entries.filter((entry) => !/permission|redistribut/i.test(entry))).toEqual([]);
    // What is not bundled would have to be installed, and nothing is.
    expect(Object.keys(packageFile)).not.toContain("dependencies");
  });
});

describe("installed without a network", () => {
  beforeAll(async () => {
    await installPackage(folder, packed.tarball);
  });

  test("it is one package with one command", async () => {
    expect(await readdir(join(folder, "prefix/lib/node_modules"))).toEqual(["claude-meter"]);
    expect(existsSync(join(folder, "prefix/lib/node_modules/claude-meter/node_modules"))).toBe(false);
    const { stdout } = await runInstalled(folder, "claude-meter", ["--version"]);
    expect(stdout.trim()).toBe(packageFile.version);
  });

  test("it prints the folder to load, and that is an extension", async () => {
    const { stdout } = await runInstalled(folder, "claude-meter", ["extension", "path"]);
    const manifest: unknown = JSON.parse(await readFile(join(stdout.trim(), "manifest.json"), "utf8"));
    expect(manifest).toMatchObject({ manifest_version: 3, version: packageFile.version });
    const steps = await runInstalled(folder, "claude-meter", ["extension"]);
    expect(steps.stdout).toContain(stdout.trim());
  });

  test("npx starts it, and it does not set itself up from there", async () => {
    const npx = (...args: string[]) =>
      runInstalled(folder, "npx", ["--yes", "--offline", "--package", packed.tarball, "claude-meter", ...args]);
    // npx looks for the command in the prefix first.
    await runInstalled(folder, "npm", ["uninstall", "--global", "claude-meter"]);
    expect((await npx("--version")).stdout.trim()).toBe(packageFile.version);
    const ended = await npx("setup", "--yes");
    expect(ended).toMatchObject({ code: 69, stdout: "" });
    expect(ended.stderr).toContain("npm install --global claude-meter");
    await installPackage(folder, packed.tarball);
  });

  test("the bridge says the one step where Node has no SQLite, and runs after it", async () => {
    const environment = { ...toUserEnvironment(folder), CLAUDE_METER_PORT: String(await findFreePort()) };
    const bridge = (verb: string) => runProgram("claude-meter", ["bridge", verb], { environment });
    if (!hasOwnSqlite) {
      const refused = await bridge("start");
      expect(refused.code).toBe(70);
      expect(refused.stderr).toContain("run `npm install --global @photostructure/sqlite`, or use Node 22.13 or newer");
      await installSqlite(folder);
    }
    const started = await bridge("start");
    await bridge("stop");
    expect(started).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("the extension for the store", () => {
  async function packExtension(name: string): Promise<string> {
    const built = join(folder, name);
    const zip = `${built}.zip`;
    // Not the test runner's: NODE_ENV goes into a build.
    const run = (file: string, ...args: string[]) =>
      runProgram("env", ["-u", "NODE_ENV", "-u", "VITEST", process.execPath, join(root, file), ...args]);
    await run(
      "node_modules/vite/bin/vite.js",
      "build",
      "--mode",
      "extension",
      "--outDir",
      built,
      "--logLevel",
      "error",
    );
    const { stdout } = await run("scripts/pack-extension.mjs", built, zip);
    return stdout.split(" ")[0] ?? "";
  }

  test.runIf(requireTool("zip"))("is the same to the byte when it is built again somewhere else", async () => {
    const first = await packExtension("one");
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await packExtension("two")).toBe(first);
  });

  test.runIf(requireTool("unzip"))(
    "has no key in its manifest, which the store would refuse, and else the built one",
    async () => {
      const { stdout } = await runProgram("unzip", ["-p", join(folder, "one.zip"), "manifest.json"]);
      const readObject = (text: string) => jsonObjectSchema.parse(JSON.parse(text));
      const built = readObject(await readFile(join(folder, "one", "manifest.json"), "utf8"));
      expect({ key: built["key"], ...readObject(stdout) }).toEqual(built);
    },
  );
});
