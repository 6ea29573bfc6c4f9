// `npm run chaos -- --minutes N --seed S [--only <name>]`: the fault suite by the clock. The same seed gives the same faults.
import { parseArgs } from "node:util";
import { isHarmless, printCounts } from "./print-counts.ts";
import { createChaos, type Report, type Scenario } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
  },
});
const chosen = scenarios.filter(({ name }) => values.only === undefined || name === values.only);
const minutes = Number(values.minutes);
const seed = Number(values.seed);
if (chosen.length === 0 || !(minutes > 0) || !Number.isInteger(seed)) {
  console.error(`--minutes <number> --seed <number> --only <${scenarios.map(({ name }) => name).join(" | ")}>`);
  process.exit(64);
}

const PROGRESS_MS = 30_000;

/** "1234 faults, 0 harms, 12 minutes to go" */
function toProgress({ readCounts, readHarms }: Report, untilMs: number): string {
  const faults = readCounts().reduce((sum, { count }) => sum + count, 0);
  const minutes = Math.max(0, Math.ceil((untilMs - performance.now()) / 60_000));
  return `${faults} faults, ${readHarms().length} harms, ${minutes} minutes to go`;
}

async function play({ name, run, share }: Scenario) {
  const shares = chosen.reduce((sum, each) => sum + each.share, 0);
  const untilMs = performance.now() + (minutes * 60_000 * share) / shares;
  const chaos = createChaos(name, { seed, untilMs });
  console.log(`${name} …`);
  const progress = setInterval(() => console.log(`  ${toProgress(chaos.report, untilMs)}`), PROGRESS_MS);
  await run(chaos);
  clearInterval(progress);
  for (const words of chaos.report.readHarms()) console.error(words);
  return chaos.report.readCounts();
}

console.log(`seed ${seed}, ${minutes} minutes, Node ${process.versions.node}, ${process.platform}`);
const counts = [];
for (const scenario of chosen) counts.push(...(await play(scenario)));
const only = values.only === undefined ? "" : ` --only ${values.only}`;
printCounts(`\nRepeat it: npm run chaos -- --minutes ${minutes} --seed ${seed}${only}`, counts);
process.exit(isHarmless(counts) ? 0 : 1);
