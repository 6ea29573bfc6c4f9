// Ask the meter before each piece of work:
//
//   import { ask } from "./guard.mjs";
//   for (const job of jobs) {
//     if (ask() !== "go") break;
//     spawnSync("claude", ["-p", job], { stdio: "inherit" });
//   }
import { spawnSync } from "node:child_process";

/** "go", "over" or "unknown". Options are those of `claude-meter guard`: ask("--max", "80"). */
export function ask(...options) {
  const { status } = spawnSync("claude-meter", ["guard", "--no-wait", ...options], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status === 0) return "go";
  // Whatever else it ended with, also by a signal or because it is not installed, is not a yes.
  return status === 75 ? "over" : "unknown";
}
