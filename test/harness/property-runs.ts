// How often a property is tried: the same cases each time in `npm test`, many more and other ones in the long run.

const isLongRun = process.env["CLAUDE_METER_LONG"] === "1";

/** For the test that tries it; a busy machine is no defect. */
export const PROPERTY_TIMEOUT_MS = isLongRun ? 600_000 : 30_000;

export function toRuns(count: number): { numRuns: number; seed?: number } {
  return isLongRun ? { numRuns: count * 20 } : { numRuns: count, seed: 20_261_120 };
}
