// Exactly once, over a thousand polls that jitter, flicker, fail and reset, with a worker that dies wherever it likes. The
// model knows the truth behind the readings, and after every wake it knows what must have been told.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Shown } from "../../../extension/meter-state.ts";
import type { NoticeMemory } from "../../../extension/notices/notice-memory.ts";
import { type Tray, tellNotices } from "../../../extension/notices/tell-notices.ts";
import { initialSettings, type Settings } from "../../../extension/settings.ts";
import { decideLevel, type Level } from "../../../shared/notices/level.ts";
import { toIso } from "../../../shared/time.ts";
import { PROPERTY_TIMEOUT_MS, toRuns } from "../../harness/property-runs.ts";
import { createShown, createUsageWindow } from "../../shared/wire-examples.ts";

const POLLS = 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const START = Date.parse("2026-11-20T10:00:00.000Z");
const settings: Settings = { ...initialSettings, notices: { isOn: true, warning: true, critical: true, reset: true } };
const rank: Record<Level, number> = { normal: 0, warning: 1, critical: 2 };

type Random = () => number;

/** mulberry32 */
function createRandom(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One window as it truly is, and what of its present period was seen and told. */
type Truth = {
  label: string;
  lengthMs: number;
  used: number;
  resetMs: number;
  startedMs: number;
  /** How often the worker has seen this period, and lived. */
  looks: number;
  /** Started again before its time. */
  isEarly: boolean;
  /** The highest level in a reading that the worker lived through. */
  seen: number;
  told: number[];
  owesReset: boolean;
  resetsTold: number;
};

function createTruth(label: string, lengthMs: number): Truth {
  return {
    label,
    lengthMs,
    used: 0,
    resetMs: START + lengthMs,
    startedMs: START - HOUR,
    looks: 0,
    isEarly: false,
    seen: 0,
    told: [],
    owesReset: false,
    resetsTold: 0,
  };
}

function startAgain(truth: Truth, nowMs: number, resetMs: number): void {
  const isEarly = nowMs < truth.resetMs;
  const wasOver = truth.seen > 0 || truth.told.length > 0;
  truth.owesReset = wasOver || (truth.owesReset && truth.resetsTold === 0);
  Object.assign(truth, {
    used: 0,
    resetMs,
    startedMs: nowMs,
    isEarly,
    looks: 0,
    seen: 0,
    told: [],
    resetsTold: 0,
  });
}

function moveOn(truth: Truth, nowMs: number, random: Random): void {
  if (nowMs >= truth.resetMs) startAgain(truth, nowMs, nowMs + truth.lengthMs - Math.floor(random() * MINUTE));
  // Before its time, sometimes with the old reset time; not while the last such one may still be doubted.
  else if (random() < 0.002 && nowMs - truth.startedMs > HOUR) {
    startAgain(truth, nowMs, random() < 0.5 ? truth.resetMs : nowMs + truth.lengthMs);
  }
  const isCalm = nowMs - truth.startedMs < 30 * MINUTE;
  truth.used = Math.min(100, truth.used + (isCalm ? random() * 0.3 : random() * 1.6));
}

/** What the server says of it: jittering, seldom another value altogether, seldom none. */
function toWindow(truth: Truth, random: Random) {
  const isSlip = truth.used > 60 && random() < 0.04;
  const jittered = Math.max(0, Math.min(100, truth.used + Math.floor(random() * 3) - 1));
  const utilization = random() < 0.01 ? null : isSlip ? 23 : jittered;
  const resets_at = toIso(truth.resetMs + Math.round((random() - 0.5) * 2000));
  return createUsageWindow({
    id: truth.label === "5-hour" ? "five_hour" : "seven_day",
    label: truth.label,
    utilization,
    resets_at,
    severity: null,
  });
}

class Death extends Error {}

/** A tray whose worker dies at the given operation, half done or not; what is on the screen stays. */
function createTray() {
  let memory: NoticeMemory = { told: [], telling: null };
  const screen: { id: string; text: string }[] = [];
  let left = Number.POSITIVE_INFINITY;
  const live = () => {
    left -= 1;
    if (left < 0) throw new Death();
  };
  const tray: Tray = {
    readMemory: async () => {
      live();
      return structuredClone(memory);
    },
    writeMemory: async (next) => {
      live();
      memory = structuredClone(next);
    },
    isShown: async (id) => {
      live();
      return screen.some((each) => each.id === id);
    },
    show: async (id, { title, message }) => {
      live();
      screen.push({ id, text: `${title}\n${message}` });
    },
  };
  const liveFor = (operations: number) => {
    left = operations;
  };
  return { tray, screen, liveFor };
}

/** The levels that a notification tells of a window, 0 for a reset. */
function toToldOf(label: string, text: string): number[] {
  const found = [...text.matchAll(new RegExp(`${label}: (has reset, )?([\\d.]+) % used`, "g"))];
  return found.map(([, reset, percent]) => {
    return reset ? 0 : rank[decideLevel({ utilization: Number(percent), severity: null }, settings.thresholds)];
  });
}

type Sum = { told: number; resets: number; deaths: number; complaints: string[] };

async function play(seed: number): Promise<Sum> {
  const random = createRandom(seed);
  const truths = [createTruth("5-hour", 5 * HOUR), createTruth("Weekly", 168 * HOUR)];
  const { tray, screen, liveFor } = createTray();
  const sum: Sum = { told: 0, resets: 0, deaths: 0, complaints: [] };
  let nowMs = START;
  for (let poll = 0; poll < POLLS; poll += 1) {
    // Mostly a minute; now and then the browser was closed.
    nowMs += random() < 0.005 ? Math.floor(random() * 8 * HOUR) : MINUTE + Math.floor(random() * 2000);
    for (const truth of truths) moveOn(truth, nowMs, random);
    const isStale = random() < 0.03;
    const windows = truths.map((truth) => toWindow(truth, random));
    const rows: Shown[] = [createShown({ fetched_at: toIso(nowMs - (isStale ? 11 * MINUTE : 500)), windows })];
    const before = screen.length;
    const isDoomed = random() < 0.2;
    liveFor(isDoomed ? Math.floor(random() * 5) : Number.POSITIVE_INFINITY);
    await tellNotices(tray, settings, { rows, nowMs }).catch((error: unknown) => {
      if (!(error instanceof Death)) throw error;
      sum.deaths += 1;
    });
    const text = screen
      .slice(before)
      .map((each) => each.text)
      .join();
    for (const [index, truth] of truths.entries()) {
      const complain = (words: string) => sum.complaints.push(`seed ${seed}, poll ${poll}, ${truth.label}: ${words}`);
      const { utilization = null, resets_at = null } = windows[index] ?? {};
      const isKnown = !isStale && utilization !== null && Date.parse(resets_at ?? "") > nowMs;
      for (const level of toToldOf(truth.label, text)) {
        if (!isKnown) complain("told on doubt");
        if (level === 0) {
          sum.resets += 1;
          truth.resetsTold += 1;
          if (!truth.owesReset || truth.resetsTold > 1) complain("a reset too many");
        } else {
          sum.told += 1;
          if (truth.told.some((each) => each >= level)) complain("told twice");
          truth.told.push(level);
        }
      }
      if (!isKnown || isDoomed) continue;
      const level = rank[decideLevel({ utilization, severity: null }, settings.thresholds)];
      truth.seen = Math.max(truth.seen, level);
      truth.looks += 1;
      if (Math.max(0, ...truth.told) < level) complain("a crossing not told");
      if (level > 0 && truth.resetsTold === 0) truth.owesReset = false;
      // A reset before its time may be doubted for a while, and one at its time for the second that it jitters by.
      const isSure = truth.seen === 0 && truth.looks >= (truth.isEarly ? 10 : 2);
      if (isSure && truth.owesReset && truth.resetsTold === 0) complain("a reset not told");
    }
  }
  return sum;
}

test(
  "every crossing and every reset is told exactly once",
  async () => {
    const sums: Sum[] = [];
    const toAverage = (read: (sum: Sum) => number) => sums.reduce((sum, each) => sum + read(each), 0) / sums.length;
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const sum = await play(seed);
        sums.push(sum);
        expect(sum.complaints).toEqual([]);
      }),
      toRuns(15),
    );
    // Enough happened for the model to have something to say.
    expect(toAverage(({ told }) => told)).toBeGreaterThan(8);
    expect(toAverage(({ resets }) => resets)).toBeGreaterThan(3);
    expect(toAverage(({ deaths }) => deaths)).toBeGreaterThan(30);
  },
  PROPERTY_TIMEOUT_MS,
);
