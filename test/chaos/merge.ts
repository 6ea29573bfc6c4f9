// Posts of three browsers in any order, twice, late and with restarts between them, in sequences that shrink when one fails.
import fc from "fast-check";
import { mergeProperty } from "./merge-property.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const SEQUENCES_A_ROUND = 500;
const FAULT = "posts reordered, doubled, late, with restarts";

function run({ goesOn, toRandom, report }: Chaos): void {
  for (let round = 0; goesOn(round); round += 1) {
    const seed = toRandom(round).int(0, 2 ** 31 - 1);
    const details = fc.check(mergeProperty, { seed, numRuns: SEQUENCES_A_ROUND });
    report.count(FAULT, undefined, details.numRuns);
    if (!details.failed) continue;
    const words = `${fc.defaultReportMessage(details)}\n${String(details.errorInstance)}`;
    report.harm("invented", FAULT, `round ${round}: ${words}`);
  }
}

export const merging: Scenario = { name: "merge", shortRounds: 2, share: 0.2, run };
