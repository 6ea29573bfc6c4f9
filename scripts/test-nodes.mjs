// Runs tests on the newer Nodes that we promise: each Node comes from its own npm package, the tests and the build are those
// of this checkout. One report per Node and run. Usage: node scripts/test-nodes.mjs [<major> …]
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runTogether } from "./run-together.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const results = join(root, "test-results");

/** Long ones about rules of our own, which no Node changes; together they take more time than all others. */
const ownRules = [
  ...["chaos-rules", "completion", "doctor", "gate-truth-table", "hostile-bodies", "negative-controls", "port"],
  ...["rate-limit", "run-queue", "setup", "tmux", "chaos", "metrics", "private-state", "run-resume", "far-resets"],
  ...["clock-changes", "notify"],
];
const excluded = [
  ...ownRules.flatMap((name) => ["--exclude", `test/process/${name}.test.ts`]),
  ...["--exclude", "test/bridge/cli/limit/sentences.test.ts"],
];

/** What a Node can break: our programs, and one way of a number through all of them. */
const runs = {
  programs: ["--project", "unit", "--project", "process", ...excluded],
  stories: ["--project", "e2e", "test/e2e/first-poll.test.ts", "test/e2e/clean-home.test.ts"],
};

function run(command, args, env = process.env) {
  return spawnSync(command, args, { cwd: root, env, stdio: ["ignore", "inherit", "inherit"] }).status === 0;
}

function toPackage(major) {
  return `node-${process.platform}-${process.arch}@${major}`;
}

/** Undefined when the registry does not give it. */
function fetchNode(major) {
  const folder = join(results, "nodes", major);
  const [name] = toPackage(major).split("@");
  const node = join(folder, "node_modules", name, "bin", "node");
  mkdirSync(folder, { recursive: true });
  const quiet = ["--no-save", "--ignore-scripts", "--no-audit", "--no-fund"];
  if (!existsSync(node)) run("npm", ["install", ...quiet, "--prefix", folder, toPackage(major)]);
  return existsSync(node) ? node : undefined;
}

async function testOn(major) {
  const node = fetchNode(major);
  if (node === undefined) {
    process.stdout.write(`\nNode ${major} was not to be had (npm view ${toPackage(major)}): no test ran on it\n`);
    return false;
  }
  // What the tests start by name shall be this Node, too.
  const path = [dirname(node), process.env.PATH].join(delimiter);
  process.stdout.write(`\nNode ${major}\n`);
  const beganMs = performance.now();
  const env = { PATH: path };
  const isPassed = await runTogether(
    Object.entries(runs).map(([name, args]) => ({
      name: `Node ${major}: ${name}`,
      args,
      report: toReport(major, name),
      node,
      env,
    })),
  );
  process.stdout.write(`Node ${major} took ${Math.round((performance.now() - beganMs) / 1000)} s\n`);
  return isPassed;
}

function toReport(major, name) {
  return join(results, `report-node-${major}-${name}.json`);
}

const wanted = process.argv.slice(2);
const majors = wanted.length > 0 ? wanted : ["22", "24", "26"];
for (const major of majors) for (const name of Object.keys(runs)) rmSync(toReport(major, name), { force: true });
process.exitCode = 0;
for (const major of majors) if (!(await testOn(major))) process.exitCode = 1;
