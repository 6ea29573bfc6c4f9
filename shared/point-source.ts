// Which source a point of history is of. Without a schema: the terminal's too. Pure.
import type { HistoryPoint } from "./history.ts";

type Stretches = readonly (readonly [fromMs: number, source: string])[];

/** Without stretches, as of a bridge that knows one source, all are the extension's. */
export function toPointSource(stretches: Stretches | undefined, atMs: number): string {
  return stretches?.findLast(([fromMs]) => fromMs <= atMs)?.[1] ?? "extension";
}

/** The stretches of several pieces of one series, in the order of time. */
export function joinStretches(
  pieces: readonly { points: readonly HistoryPoint[]; sources?: [number, string][] | undefined }[],
): { sources?: [number, string][] } {
  if (pieces.every(({ sources }) => sources === undefined)) return {};
  const sources = pieces.flatMap(({ points: [first], sources: own }): [number, string][] => {
    return own ?? (first ? [[first[0], "extension"]] : []);
  });
  return { sources };
}
