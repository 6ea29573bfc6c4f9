// What is published: the package, as `npm pack` makes it and `npm install --global` unpacks it without a network, and
// the extension for the store.
import { existsSync } from "node:fs";
import { cp, readdir, readFile, rm } from "node:fs/promises";
import { isBuiltin } from "node:module";
import { dirname, join, normalize } from "node:path";
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

/** What a document links to or shows, from the package's root; other sites and places in the same text apart. */
async function listLinks(document: string): Promise<string[]> {
  const text = await readFile(join(root, document), "utf8");
  const targets = [...text.matchAll(/\]\(([^)\s]+)|(?:src|href|srcset)="([^"\s]+)"/g)].map(
    (match) => match[1] ?? match[2] ?? "",
  );
  const own = targets.filter((target) => !/^(https?:|mailto:|#)/.test(target));
  return own.map((target) => normalize(join(dirname(document), target.replace(/#.*$/, ""))));
}

describe("the package", () => {
  const welcome = [
    /^(package\.json|LICENSE|(README|ARCHITECTURE|CHANGELOG|CONTRIBUTING|SECURITY)\.md)$/,
    /^docs\/(maintainers\/)?[\w-]+\.md$/,
    /^docs\/images\/[\w-]+\.png$/,
    /^docs\/examples\/[\w.-]+$/,
    /^dist\/bridge\/([\w-]+\.js|claude-meter\.1|package\.json|third-party\/[\w-]+\.md)$/,
    /^dist\/extension(-firefox)?\/[\w./-]+\.(js|css|html|png|json|md)$/,
  ];

  test("holds programs, the extension, docs and licences: no source, no test, no map", () => {
    expect(packed.files.filter((file) => !welcome.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(packed.files).toEqual(
      expect.arrayContaining([
        ...["LICENSE", "README.md", "CHANGELOG.md", "SECURITY.md"],
        ...["extension", "extension-firefox"].map((name) => `dist/${name}/manifest.json`),
        ...["cli", "daemon", "native-host"].map((name) => `dist/bridge/${name}.js`),
      ]),
    );
  });

  test("weighs at most 2.5 MB, unpacked: two builds of the extension, the proxy, and half a megabyte for MCP", () => {
    expect(packed.unpackedBytes).toBeLessThanOrEqual(2_500_000);
  });

  test("holds all that its documents link to or show", async () => {
    const documents = packed.files.filter((file) => /^(docs\/(maintainers\/)?)?[\w-]+\.md$/.test(file));
    const links = await Promise.all(documents.map(listLinks));
    expect(links.flat()).toEqual(expect.arrayContaining(["docs/install.md", "docs/images/terminal.png"]));
    const isPacked = (path: string) => packed.files.some((file) => file === path || file.startsWith(`${path}/`));
    expect(links.flat().filter((path) => !isPacked(path))).toEqual([]);
  });

  test("brings no package with it and runs no script where it is installed", () => {
    const manifest = jsonObjectSchema.parse(packageFile);
    const isAsked = /^(optional|bundled?)?dependencies$/i;
    expect(Object.keys(manifest).filter((key) => isAsked.test(key))).toEqual([]);
    expect(packageFile.peerDependenciesMeta).toEqual(
      Object.fromEntries(Object.keys(packageFile.peerDependencies).map((name) => [name, { optional: true }])),
    );
    const scripts = Object.keys(packageFile.scripts);
    expect(scripts.filter((name) => /^(pre|post)?(install|prepare)$/.test(name))).toEqual([]);
  });

  test("names its repository in one word, which the release list says to replace", async () => {
    const { homepage, bugs, repository, author } = packageFile;
    const [, owner = ""] = /^git\+https:\/\/github\.com\/([\w-]+)\/claude-meter\.git$/.exec(repository.url) ?? [];
    const page = `https://github.com/${owner}/claude-meter`;
    expect({ homepage, bugs, author }).toEqual({
      homepage: `${page}#readme`,
      bugs: { url: `${page}/issues` },
      author: owner,
    });
    if (owner === "OWNER") expect(await readFile(join(root, "CONTRIBUTING.md"), "utf8")).toContain("`OWNER`");
  });

  test("brings the licence of every package that is bundled in it", async () => {
    const notices = packed.files.filter((file) => /third-party/.test(file));
    const texts = await Promise.all(notices.map((file) => readFile(join(root, file), "utf8")));
    const entries = texts.flatMap((text) => text.split(/^## /m).slice(1));
    const names = entries.map((entry) => entry.split(" - ")[0] ?? "");
    expect([...new Set(names)]).toEqual(expect.arrayContaining(["idb", "zod"]));
    expect(entries.filter((entry) => !/permission|redistribut|covered software/i.test(entry))).toEqual([]);
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

  test("its man page stands where man looks for it", async () => {
    const page = await readFile(join(folder, "prefix/share/man/man1/claude-meter.1"), "utf8");
    expect(page).toContain(`"claude-meter ${packageFile.version}"`);
  });

  test.runIf(requireTool("man"))("`man claude-meter` shows it", async () => {
    const environment = {
      ...toUserEnvironment(folder),
      MANPATH: "",
      MANWIDTH: "100",
      MANPAGER: "cat",
      LC_ALL: "C.UTF-8",
    };
    const { stdout, stderr, code } = await runProgram("man", ["claude-meter"], { environment });
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain("CLAUDE-METER(1)");
  });

  test("a defect is to be reported at the repository's issues, also when half of the program is gone", async () => {
    const broken = join(folder, "broken");
    await cp(join(folder, "prefix/lib/node_modules/claude-meter/dist/bridge"), broken, { recursive: true });
    await rm(join(broken, "cli-on-demand.js"));
    const ended = await runProgram(process.execPath, [join(broken, "cli.js"), "doctor"]);
    expect(ended).toMatchObject({ code: 70, stdout: "" });
    expect(ended.stderr).toContain(`please report it at ${packageFile.bugs.url}: Error: Cannot find module`);
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

  test("bridge and doctor say the one step where Node has no SQLite, and the bridge runs after it", async () => {
    const environment = { ...toUserEnvironment(folder), CLAUDE_METER_PORT: String(await findFreePort()) };
    const meter = (...args: string[]) => runProgram("claude-meter", args, { environment });
    const bridge = (verb: string) => meter("bridge", verb);
    if (!hasOwnSqlite) {
      const major = packageFile.peerDependencies["@photostructure/sqlite"].replace(/^\^(\d+)\..*/, "$1");
      const step = `run \`npm install --global --ignore-scripts @photostructure/sqlite@${major}\`, or install Node 22.13`;
      const refused = await bridge("start");
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(step);
      expect((await meter("doctor")).stdout).toContain(`Next step: ${step}`);
      await installSqlite(folder);
    }
    const started = await bridge("start");
    await bridge("stop");
    expect(started).toMatchObject({ code: 0, stderr: "" });
  });
});

describe.each(["extension", "extension-firefox"])("the %s for its store", (mode) => {
  async function packExtension(name: string): Promise<string> {
    const built = join(folder, `${mode}-${name}`);
    const zip = `${built}.zip`;
    // Not the test runner's: NODE_ENV goes into a build.
    const run = (file: string, ...args: string[]) =>
      runProgram("env", ["-u", "NODE_ENV", "-u", "VITEST", process.execPath, join(root, file), ...args]);
    await run("node_modules/vite/bin/vite.js", "build", "--mode", mode, "--outDir", built, "--logLevel", "error");
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
      const { stdout } = await runProgram("unzip", ["-p", join(folder, `${mode}-one.zip`), "manifest.json"]);
      const readObject = (text: string) => jsonObjectSchema.parse(JSON.parse(text));
      const built = readObject(await readFile(join(folder, `${mode}-one`, "manifest.json"), "utf8"));
      expect({ key: built["key"], ...readObject(stdout) }).toEqual(built);
    },
  );
});
