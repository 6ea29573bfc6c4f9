// Runs test/clients in a network and mount namespace of its own, where api.anthropic.com is this machine and there is no
// other: the real clients can reach nothing else. What is missing is said by name; in CI that is a failure.
// Usage: node scripts/test-clients.mjs [<arguments of vitest> …]
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fetchClients, fetchWindowsNode } from "./fetch-clients.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Inside: loopback up, names by our own file alone, then what follows. */
const ENTER = [
  "ip link set lo up",
  'mount --bind "$1/hosts" /etc/hosts',
  'if [ -e /etc/resolv.conf ]; then mount --bind "$1/resolv.conf" /etc/resolv.conf; fi',
  "shift",
  'exec "$@"',
].join(" && ");

function writeNames() {
  const folder = mkdtempSync(join(tmpdir(), "claude-meter-names-"));
  writeFileSync(join(folder, "hosts"), "127.0.0.1 localhost api.anthropic.com\n::1 localhost\n");
  writeFileSync(join(folder, "resolv.conf"), "nameserver 127.0.0.1\n");
  return folder;
}

/** Root has namespaces for the asking; others get them within a user namespace, where the system allows it. */
function findUnshare(names) {
  const ways = process.getuid?.() === 0 ? [[], ["-r"]] : [["-r"]];
  return ways
    .map((way) => [...way, "-n", "-m", "sh", "-c", ENTER, "sh", names])
    .find((args) => spawnSync("unshare", [...args, "true"], { stdio: "ignore" }).status === 0);
}

function giveUp(reason) {
  process.stderr.write(`The real clients were not tested: ${reason}\n`);
  return process.env.CI ? 1 : 0;
}

function testClients() {
  const { folder, claude, missing } = fetchClients();
  if (missing.length > 0) return giveUp(`the registry does not give ${missing.join(", ")}.`);
  const names = writeNames();
  try {
    const unshare = findUnshare(names);
    if (!unshare) return giveUp("`unshare -n -m` with `ip` and `mount` (util-linux, iproute2) is not possible here.");
    const vitest = [join("node_modules", "vitest", "vitest.mjs"), "run", "--config", "test/clients/vitest.config.ts"];
    const env = {
      ...process.env,
      CLAUDE_METER_CLIENTS: folder,
      CLAUDE_METER_CLAUDE: claude,
      CLAUDE_METER_WINDOWS_NODE: fetchWindowsNode() ?? "",
    };
    const command = [...unshare, process.execPath, ...vitest, ...process.argv.slice(2)];
    return spawnSync("unshare", command, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] }).status ?? 1;
  } finally {
    rmSync(names, { recursive: true, force: true });
  }
}

process.exitCode = testClients();
