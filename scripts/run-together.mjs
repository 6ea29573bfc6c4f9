// Runs tests of several projects at the same time: what a browser test mostly does is wait, and that leaves the processors
// to the others. The first is seen while it runs; what the others printed follows, so that no two are mixed.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * @typedef {{
 *   name: string, args: readonly string[], report: string, node?: string, env?: NodeJS.ProcessEnv, within?: readonly string[]
 * }} Run
 * `args` are Vitest's; `report` is the JSON file that it writes; `within` stands before the command.
 */

/** True when all of them passed. @param {readonly Run[]} runs */
export async function runTogether(runs) {
  const started = runs.map((run, index) => start(run, index === 0));
  let hasPassed = true;
  for (const { name, ended, read } of started) {
    const isPassed = await ended;
    hasPassed &&= isPassed;
    const text = read();
    if (text !== "") process.stdout.write(`\n${name}\n${text}`);
  }
  return hasPassed;
}

/** @param {Run} run @param {boolean} isShown */
function start({ name, args, report, node = process.execPath, env = {}, within = [] }, isShown) {
  const [command, ...words] = [...within, node, join("node_modules", "vitest", "vitest.mjs"), "run", ...args];
  const child = spawn(command, words, {
    cwd: root,
    env: { ...process.env, ...env, TEST_REPORT: report },
    stdio: ["ignore", isShown ? "inherit" : "pipe", isShown ? "inherit" : "pipe"],
  });
  /** @type {Buffer[]} */
  const chunks = [];
  child.stdout?.on("data", (chunk) => chunks.push(chunk));
  child.stderr?.on("data", (chunk) => chunks.push(chunk));
  const ended = new Promise((resolve) => {
    child.on("error", () => resolve(false));
    child.on("close", (code) => resolve(code === 0));
  });
  return { name, ended, read: () => Buffer.concat(chunks).toString("utf8") };
}
