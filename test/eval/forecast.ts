// `npm run eval:forecast`: replays months of played users minute by minute, and prints how far off forecasts were, beside
// two straight lines. SEED and USERS choose other users. Prints, asserts nothing.

import { toForecast } from "../../bridge/daemon/forecast/to-forecast.ts";
import { toWeeklyProfile, type WeeklyProfile } from "../../bridge/daemon/forecast/weekly-profile.ts";
import type { HistoryPoint } from "../../shared/history.ts";
import { printTable } from "../harness/print-table.ts";
import { type Guess, guessByHour, guessByStart } from "./baselines.ts";
import {
  DAY,
  HOUR,
  MINUTE,
  type Period,
  type Played,
  type PlayedId,
  playedWindows,
  playUser,
  userKinds,
  WEEK,
} from "./play-user.ts";
import { createRandom } from "./random.ts";

const SEED = Number(process.env["SEED"] ?? 1);
const USERS = Number(process.env["USERS"] ?? 8);
const WEEKS = 16;
const START_MS = Date.UTC(2026, 0, 5);
/** As the bridge has them: docs/maintainers/forecast.md. */
const GAP_MS = 20 * MINUTE;
const PROFILE_MS = 8 * WEEK;

const methods = ["ours", "start", "hour"] as const;
type Method = (typeof methods)[number];
type Answered = { truth: Period; resetMs: number; guesses: Record<Method, Guess> };
type Line = { window: PlayedId; user: string; asked: number; answered: Answered[] };

function replay(played: Played, line: Line): void {
  let profile: WeeklyProfile | undefined;
  let profileMs = Number.NEGATIVE_INFINITY;
  const lengthMs = playedWindows[played.id].lengthMs;
  for (const { reading, pointCount } of played.asked) {
    const [nowMs, used, resetMs] = reading;
    const truth = findTruth(played.periods, reading);
    if (used === null || used >= 100 || resetMs === null || !truth) continue;
    line.asked += 1;
    if (nowMs - profileMs > DAY) {
      profile = toWeeklyProfile(since(played.points, pointCount, nowMs - PROFILE_MS), GAP_MS);
      profileMs = nowMs;
    }
    const points = since(played.points, pointCount, nowMs - lengthMs - DAY);
    const asked = { id: played.id, utilization: used, resetMs, nowMs, points, gapMs: GAP_MS, profile };
    const forecast = toForecast(asked);
    if (forecast?.percent_at_reset === undefined || forecast.percent_at_reset === null) continue;
    const { percent_at_reset: endPercent, exhausted_at } = forecast;
    const seen = { used, resetMs, lengthMs, nowMs, points };
    const ours = { endPercent, fullMs: exhausted_at === null ? undefined : Date.parse(exhausted_at) };
    const guesses = { ours, start: guessByStart(seen), hour: guessByHour(seen) };
    line.answered.push({ truth, resetMs, guesses });
  }
}

function since(points: readonly HistoryPoint[], count: number, sinceMs: number): HistoryPoint[] {
  let from = count;
  while (from > 0 && (points[from - 1]?.[0] ?? 0) > sinceMs) from -= 1;
  return points.slice(from, count);
}

/** What became of the window; of one that started again early, or whose full moment has passed, nothing can be said. */
function findTruth(periods: readonly Period[], [nowMs, , resetMs]: HistoryPoint): Period | undefined {
  const period = periods.find(({ startMs, resetMs: endMs }) => startMs <= nowMs && nowMs < endMs);
  if (!period || period.isCutShort || (period.fullMs ?? nowMs + 1) <= nowMs) return undefined;
  return Math.abs(period.resetMs - (resetMs ?? 0)) < MINUTE ? period : undefined;
}

/** Points between what was said and what the server showed in the end; more than full is full. */
function toPercentErrors(answered: readonly Answered[], method: Method): number[] {
  return answered.map(({ truth, guesses }) =>
    Math.abs(Math.min(100, guesses[method].endPercent) - Math.floor(truth.endPercent)),
  );
}

/** Not before the reset counts as at it. */
function toFullErrors(answered: readonly Answered[], method: Method, unitMs: number): number[] {
  return answered.map(
    ({ truth, guesses, resetMs }) => Math.abs((guesses[method].fullMs ?? resetMs) - (truth.fullMs ?? resetMs)) / unitMs,
  );
}

/** It was full before the reset, or one of the three said so. */
function isAboutFull({ truth, guesses }: Answered): boolean {
  return isFull(truth) || methods.some((method) => isFull(guesses[method]));
}

function isFull({ fullMs }: Pick<Guess, "fullMs">): boolean {
  return fullMs !== undefined;
}

function toShare(answered: readonly Answered[], isCounted: (answer: Answered) => boolean): number {
  return answered.length === 0 ? Number.NaN : (100 * answered.filter(isCounted).length) / answered.length;
}

function toQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The three methods' figures side by side, a star where a straight line is better. */
function compare(lines: readonly Line[], toFigures: (line: Line, method: Method) => { error: number; text: string }[]) {
  return lines.map((line) => {
    const figures = methods.map((method) => toFigures(line, method));
    const isWorse = figures[0]?.some(({ error }, at) => figures.some((other) => (other[at]?.error ?? error) < error));
    const texts = figures.map((each) => each.map(({ text }) => text).join(" / "));
    return {
      window: line.window,
      user: line.user,
      ours: `${texts[0]}${isWorse ? " *" : ""}`,
      start: texts[1] ?? "",
      hour: texts[2] ?? "",
    };
  });
}

const lines: Line[] = (["five_hour", "seven_day"] as const).flatMap((window) =>
  userKinds.map(({ name }) => ({ window, user: name, asked: 0, answered: [] })),
);
for (const [index, kind] of userKinds.entries()) {
  for (let user = 0; user < USERS; user += 1) {
    const random = createRandom((SEED * 1000 + user) * 100 + index);
    for (const played of playUser(kind, WEEKS, START_MS, random)) {
      const line = lines.find((each) => each.window === played.id && each.user === kind.name);
      if (line) replay(played, line);
    }
  }
}

const toNumber = (error: number) => ({ error, text: error.toFixed(1) });
const toHalves = (errors: readonly number[]) => [toNumber(toQuantile(errors, 0.5)), toNumber(toQuantile(errors, 0.9))];

console.log(`seed ${SEED}, ${USERS} users of each kind, ${WEEKS} weeks each\n`);
printTable(
  "asked, and answered",
  lines.map(({ window, user, asked, answered }) => ({
    window,
    user,
    asked,
    answered: `${((100 * answered.length) / asked).toFixed(0)} %`,
    "full before the reset": `${toShare(answered, ({ truth }) => isFull(truth)).toFixed(0)} %`,
  })),
);
console.log();
printTable(
  "percent_at_reset: error in points, median / 90th percentile",
  compare(lines, ({ answered }, method) => toHalves(toPercentErrors(answered, method))),
);
console.log();
for (const [which, isCounted] of [
  ["where it was full before the reset or one of the three said so", isAboutFull],
  ["only where it was full", ({ truth }: Answered) => isFull(truth)],
] as const) {
  printTable(
    `exhausted_at, ${which}: error in minutes (five_hour) or hours (seven_day), median / 90th percentile`,
    compare(lines, ({ window, answered }, method) => {
      const unitMs = window === "five_hour" ? MINUTE : HOUR;
      return toHalves(toFullErrors(answered.filter(isCounted), method, unitMs));
    }),
  );
  console.log();
}
printTable(
  "full before the reset, yes or no: percent of right answers (hits, false alarms)",
  compare(lines, ({ answered }, method) => {
    const said = (answer: Answered) => isFull(answer.guesses[method]);
    const right = toShare(answered, (answer) => said(answer) === isFull(answer.truth));
    const hits = toShare(
      answered.filter(({ truth }) => isFull(truth)),
      said,
    );
    const alarms = toShare(
      answered.filter(({ truth }) => !isFull(truth)),
      said,
    );
    return [{ error: 100 - right, text: `${right.toFixed(0)} % (${hits.toFixed(0)}, ${alarms.toFixed(0)})` }];
  }),
);
