// Makes ready what a command needs: dependencies, builds, a Chromium, the tools of tests. Plain Node without any package,
// because it runs before there are any. Usage: node scripts/prepare.mjs [build] [chromium] [tools]
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const wanted = new Set(process.argv.slice(2));
const isWindows = process.platform === "win32";

function say(text) {
  process.stdout.write(`${text}\n`);
}

function fail(text) {
  process.stderr.write(`${text}\n`);
  process.exit(1);
}

function run(command, args) {
  const done = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"], shell: isWindows });
  if (done.status !== 0) fail(`\`${command} ${args.join(" ")}\` failed; the lines above say why.`);
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19))
    fail(`Node ${process.versions.node} is too old: claude-meter needs 20.19 or newer.`);
}

/** npm writes node_modules/.package-lock.json last; older than our lock file means that a pull changed it. */
function ensureDependencies() {
  const installed = join(root, "node_modules", ".package-lock.json");
  const lock = join(root, "package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say("Installing what is missing (npm ci) …");
  run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

function build() {
  say("Building …");
  run(process.execPath, [join("scripts", "build.mjs")]);
}

const isDebian = existsSync("/etc/debian_version");
const isRoot = process.getuid?.() === 0;
let isUpdated = false;

function installFromDebian(packages) {
  say(`Installing ${packages.join(", ")} (apt-get) …`);
  if (!isUpdated) run("apt-get", ["update", "-qq"]);
  isUpdated = true;
  run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages]);
}

function isOnPath(program) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => existsSync(join(folder, program)));
}

/** Tests that need a missing one say so and are not run; where CI is set they fail. */
function ensureTools() {
  const tools = Object.entries(JSON.parse(readFileSync(join(root, "scripts", "tools.json"), "utf8")));
  const missing = tools.filter(([program]) => !isOnPath(program)).map(([, name]) => name);
  const packages = [...new Set(missing)];
  if (packages.length === 0) return;
  if (isDebian && isRoot) installFromDebian(packages);
  else say(`Some tests will not run: apt-get install ${packages.join(" ")}`);
}

function findChromium() {
  if (process.env.CHROME_PATH) {
    if (existsSync(process.env.CHROME_PATH)) return process.env.CHROME_PATH;
    fail(`CHROME_PATH names ${process.env.CHROME_PATH}, which is not there.`);
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  const candidates = folders.flatMap((folder) => ["chromium", "chromium-browser"].map((name) => join(folder, name)));
  return [...candidates, "/Applications/Chromium.app/Contents/MacOS/Chromium"].find((path) => existsSync(path));
}

/** Branded Chrome ignores --load-extension since version 137, so only a Chromium will do. */
function ensureChromium() {
  if (findChromium()) return;
  if (isDebian && isRoot) {
    installFromDebian(["chromium"]);
    if (findChromium()) return;
  }
  fail(
    isDebian
      ? "The browser tests need Chromium: run `sudo apt-get install chromium`, then this command again."
      : "The browser tests need Chromium (not Google Chrome): install it, or set CHROME_PATH to its program.",
  );
}

checkNode();
ensureDependencies();
if (wanted.has("build")) build();
if (wanted.has("chromium")) ensureChromium();
if (wanted.has("tools")) ensureTools();
