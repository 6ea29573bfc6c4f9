// What every scenario of the fault suite gets and gives: chance, a measure of how long to go on, and a book of what happened.
import { createRandom, type Random } from "./random.ts";

export const harms = ["lost", "invented", "crashed"] as const;
export type Harm = (typeof harms)[number];

/** One line of the table. */
export type Count = { fault: string; count: number; recoveredMs: number[] } & Record<Harm, number>;

export type Report = {
  /** A fault that was done, how long it took until all was well again, and how often it was done at once. */
  count: (fault: string, recoveredMs?: number, times?: number) => void;
  /** What must never happen. */
  harm: (harm: Harm, fault: string, words: string) => void;
  readCounts: () => Count[];
  /** In words, with the round that shows it again. */
  readHarms: () => string[];
};

export type Chaos = {
  /** Whether another round is to be played after so many. */
  goesOn: (rounds: number) => boolean;
  /** By the clock, with what takes its time. */
  isLong: boolean;
  /** The chance of one round. */
  toRandom: (round: number) => Random;
  report: Report;
};

export type Scenario = {
  name: string;
  /** How many rounds say something within seconds; the long run plays by the clock. */
  shortRounds: number;
  /** Its part of a long run. */
  share: number;
  run: (chaos: Chaos) => Promise<void> | void;
};

export function createReport(): Report {
  const counts = new Map<string, Count>();
  const words: string[] = [];
  const ensureCount = (fault: string) => {
    const known = counts.get(fault) ?? { fault, count: 0, lost: 0, invented: 0, crashed: 0, recoveredMs: [] };
    counts.set(fault, known);
    return known;
  };
  return {
    count: (fault, recoveredMs, times = 1) => {
      const known = ensureCount(fault);
      known.count += times;
      if (recoveredMs !== undefined) known.recoveredMs.push(recoveredMs);
    },
    harm: (harm, fault, said) => {
      ensureCount(fault)[harm] += 1;
      words.push(`${harm}: ${fault}: ${said}`);
    },
    readCounts: () => [...counts.values()],
    readHarms: () => words,
  };
}

/** Rounds by the clock in a long run, else by number. */
export function createChaos(
  name: string,
  { seed, untilMs, rounds }: { seed: number; untilMs?: number; rounds?: number },
): Chaos {
  const goesOn = (done: number) => (untilMs === undefined ? done < (rounds ?? 1) : performance.now() < untilMs);
  return {
    // One round at least, whatever the clock says.
    goesOn: (done) => done === 0 || goesOn(done),
    isLong: untilMs !== undefined,
    toRandom: (round) => createRandom(`${seed} ${name} ${round}`),
    report: createReport(),
  };
}
