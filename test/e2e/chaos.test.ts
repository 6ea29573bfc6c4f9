// The scenarios of `npm run chaos` that need a browser, in short counts and always with the same chance.
import { expect, test } from "vitest";
import { printCounts } from "../chaos/print-counts.ts";
import { createChaos } from "../chaos/scenario.ts";
import { browserScenarios } from "../chaos/scenarios.ts";

const SEED = 20_261_120;

test.each(browserScenarios)(
  "$name: nothing lost, nothing invented, no crash",
  async ({ name, run, shortRounds }) => {
    const chaos = createChaos(name, { seed: SEED, rounds: shortRounds });
    await run(chaos);
    printCounts(`${name}, seed ${SEED}`, chaos.report.readCounts());
    expect(chaos.report.readHarms()).toEqual([]);
    expect(chaos.report.readCounts().length).toBeGreaterThan(0);
  },
  300_000,
);
