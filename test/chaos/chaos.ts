// `npm run chaos -- --minutes N --seed S [--only <name>]`: the fault suite by the clock. The same seed gives the same faults.
import { parseArgs } from "node:util";
import { isHarmless, printCounts } from "./print-counts.ts";
import { createChaos, type Scenario } from "./scenario.ts";
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

async function play({ name, run, share }: Scenario) {
  const shares = chosen.reduce((sum, each) => sum + each.share, 0);
  const untilMs = performance.now() + (minutes * 60_000 * share) / shares;
  const chaos = createChaos(name, { seed, untilMs });
  console.log(`${name} …`);
  await run(chaos);
  for (const words of chaos.report.readHarms()) console.error(words);
  return chaos.report.readCounts();
}

console.log(`seed ${seed}, ${minutes} minutes, Node ${process.versions.node}, ${process.platform}`);
const counts = [];
for (const scenario of chosen) counts.push(...(await play(scenario)));
const only = values.only === undefined ? "" : ` --only ${values.only}`;
printCounts(`\nRepeat it: npm run chaos -- --minutes ${minutes} --seed ${seed}${only}`, counts);
process.exit(isHarmless(counts) ? 0 : 1);
