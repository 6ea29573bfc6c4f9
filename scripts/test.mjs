// `npm test`: everything, in as little time as two cores take. With words behind it, `npm test -- <words>`, it is Vitest
// with those: a file, a project.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findOwnNetwork } from "./own-network.mjs";
import { runTogether } from "./run-together.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const words = process.argv.slice(2);

if (words.length > 0) {
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const { status } = spawnSync(process.execPath, [vitest, "run", ...words], { cwd: root, stdio: "inherit" });
  process.exit(status ?? 1);
}

const startedMs = Date.now();
const within = findOwnNetwork();
const inFirefox = {
  name: "stories in Firefox",
  args: ["--project", "e2e-firefox"],
  report: "test-results/report-firefox.json",
  within,
};
const hasPassed = await runTogether([
  {
    name: "units and programs",
    args: ["--project", "unit", "--project", "process"],
    report: "test-results/report.json",
  },
  {
    name: "with nobody at the browser",
    args: ["--project", "unattended"],
    report: "test-results/report-unattended.json",
  },
  { name: "stories in a browser", args: ["--project", "e2e"], report: "test-results/report-e2e.json" },
  ...(within ? [inFirefox] : []),
]);
// The bridge's port is the same in both browsers, so on one network they take turns.
const isFirefoxPassed = within !== undefined || (await runTogether([inFirefox]));
// It measures what a hundred processes take of this machine.
const isAlonePassed = await runTogether([
  { name: "alone", args: ["--project", "process-alone"], report: "test-results/report-alone.json" },
]);
console.log(`npm test took ${Math.round((Date.now() - startedMs) / 1000)} s`);
process.exitCode = hasPassed && isFirefoxPassed && isAlonePassed ? 0 : 1;
