// The one table at the end: each fault, how often, and what came of it.
import { printTable } from "../harness/print-table.ts";
import { type Count, harms } from "./scenario.ts";

export function printCounts(title: string, counts: readonly Count[]): void {
  printTable(
    title,
    counts.map(({ fault, count, lost, invented, crashed, recoveredMs }) => {
      const recovered = recoveredMs.toSorted((a, b) => a - b);
      const middle = recovered[Math.floor(recovered.length / 2)];
      return {
        fault,
        count,
        lost,
        invented,
        crashed,
        "s to recover": toSeconds(middle),
        worst: toSeconds(recovered.at(-1)),
      };
    }),
  );
}

function toSeconds(ms: number | undefined): string {
  return ms === undefined ? "-" : (ms / 1000).toFixed(2);
}

export function isHarmless(counts: readonly Count[]): boolean {
  return counts.every((count) => harms.every((harm) => count[harm] === 0));
}
