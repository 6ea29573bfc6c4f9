// A scenario in its short count, as the tests play it: always with the same chance.
import { expect } from "vitest";
import { printCounts } from "./print-counts.ts";
import { createChaos, type Scenario } from "./scenario.ts";

const SEED = 20_261_120;

export async function playShort({ name, run, shortRounds }: Scenario): Promise<void> {
  const chaos = createChaos(name, { seed: SEED, rounds: shortRounds });
  await run(chaos);
  printCounts(`${name}, seed ${SEED}`, chaos.report.readCounts());
  expect(chaos.report.readHarms()).toEqual([]);
  expect(chaos.report.readCounts().length).toBeGreaterThan(0);
}
