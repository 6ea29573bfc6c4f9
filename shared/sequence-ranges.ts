// Which sequence numbers of an install have been acknowledged, as ascending ranges: one range while nothing is missing.

export type SequenceRanges = [first: number, last: number][];

/** A gap is a snapshot that was given up before it was sent; the oldest ranges are forgotten beyond this many. */
export const MAX_RANGES = 64;

export function mergeSequences(ranges: SequenceRanges, added: readonly number[]): SequenceRanges {
  const all = [...ranges, ...added.map((sequence): [number, number] => [sequence, sequence])];
  const merged: SequenceRanges = [];
  for (const [first, last] of all.toSorted((a, b) => a[0] - b[0])) {
    const previous = merged.at(-1);
    if (previous && first <= previous[1] + 1) previous[1] = Math.max(previous[1], last);
    else merged.push([first, last]);
  }
  return merged.slice(-MAX_RANGES);
}

export function hasSequence(ranges: SequenceRanges, sequence: number): boolean {
  return ranges.some(([first, last]) => first <= sequence && sequence <= last);
}
