// What a job that is about to begin is expected to cost: what the user says, else what its class has cost, else a guess. Pure.
import type { Expected } from "../lease.ts";
import { type Costs, MIN_JOBS } from "./learn-costs.ts";

export type Expectation = {
  expected: Readonly<Record<string, Expected>>;
  expectedMs: number;
  source: "given" | "learned" | "guess";
};

const HOUR_MS = 3_600_000;
/** A guess for a class of which nothing is known, and nothing of any other. */
const GUESS_POINTS: Readonly<Record<string, number>> = { five_hour: 2 };
const GUESS_OTHER_POINTS = 0.3;
const GUESS_MS = 900_000;
/** From the median to the 80th percentile of a normal distribution. */
const P80_SDS = 0.8416;
/** Of a job whose spread nobody knows. */
const USUAL_SPREAD = 0.5;
/** Who says what it costs knows better. */
const GIVEN_SPREAD = 0.25;

export type Asked = { class: string; given: Readonly<Record<string, number>>; windows: readonly string[] };

export function toExpected({ class: name, given, windows }: Asked, costs: Costs): Expectation {
  const own = costs.classes[name];
  const isLearned = own !== undefined && own.n >= MIN_JOBS;
  const known = Object.values(costs.classes).filter(({ n }) => n >= MIN_JOBS);
  const expected: Record<string, Expected> = {};
  for (const window of new Set([...windows, ...Object.keys(given)])) {
    const points = given[window];
    if (points !== undefined) expected[window] = { points, sd: points * GIVEN_SPREAD, error: 0 };
    else if (isLearned) expected[window] = toLearned(own, window);
    else expected[window] = toGuess(window, known);
  }
  return {
    expected,
    expectedMs: isLearned ? own.p50Ms : (toMiddle(known.map(({ p50Ms }) => p50Ms)) ?? GUESS_MS),
    source: Object.keys(given).length > 0 ? "given" : isLearned ? "learned" : "guess",
  };
}

type ClassCost = Costs["classes"][string];

/** By the mean and not the median: what many jobs owe together is the sum of means. */
function toLearned({ rates, meanMs, p50Ms, p80Ms }: ClassCost, window: string): Expected {
  const { pointsPerHour, error } = rates[window] ?? { pointsPerHour: 0, error: 0 };
  const hours = meanMs / HOUR_MS;
  const sd = (pointsPerHour * (p80Ms - p50Ms)) / HOUR_MS / P80_SDS;
  return { points: pointsPerHour * hours, sd, error: error * hours };
}

/** The middle of what other classes cost. */
function toGuess(window: string, known: readonly ClassCost[]): Expected {
  const points =
    toMiddle(known.map((cost) => toLearned(cost, window).points)) ?? GUESS_POINTS[window] ?? GUESS_OTHER_POINTS;
  return { points, sd: points * USUAL_SPREAD, error: 0 };
}

function toMiddle(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
