// A network of its own for a command, in which the bridge's fixed port is free whatever else runs on this machine.
import { spawnSync } from "node:child_process";

const ENTER = 'ip link set lo up && exec "$@"';

/**
 * What stands before the command; undefined where the system allows no such thing. Root has namespaces for the asking,
 * others get them within a user namespace.
 */
export function findOwnNetwork() {
  const ways = process.getuid?.() === 0 ? [[], ["-r"]] : [["-r"]];
  return ways
    .map((way) => ["unshare", ...way, "-n", "sh", "-c", ENTER, "sh"])
    .find(([command, ...args]) => spawnSync(command, [...args, "true"], { stdio: "ignore" }).status === 0);
}
