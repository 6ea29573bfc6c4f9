// Answers of claude.ai that nobody foresaw: a few of those that `npm run chaos` tries by the hundred.
import { expect, test } from "vitest";
import { answers } from "../chaos/answers.ts";
import { printCounts } from "../chaos/print-counts.ts";
import { createChaos } from "../chaos/scenario.ts";

const SEED = 20_261_120;

test("whatever claude.ai answers, the last good value stays and no other is shown", async () => {
  const chaos = createChaos(answers.name, { seed: SEED, rounds: answers.shortRounds });
  await answers.run(chaos);
  printCounts(`answers, seed ${SEED}`, chaos.report.readCounts());
  expect(chaos.report.readCounts().length).toBeGreaterThan(0);
  expect(chaos.report.readHarms().join("\n")).toBe("");
});
