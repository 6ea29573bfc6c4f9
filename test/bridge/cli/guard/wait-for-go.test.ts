// How a guard waits and goes on, on a clock that jumps: every kind of reset, sleep, silence and doubt.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { at, createRow, DAY, HOUR, MINUTE, now, SECOND } from "../rows.ts";
import { POLL_EVERY_MS, simulate, toShortestGapMs } from "./simulate.ts";

/** A 5-hour window that is full until `untilMs` and then has started again, with its next reset known. */
const fullUntil =
  (untilMs: number, resets_at: string | null = at(untilMs)) =>
  (ms: number) => [
    ms < untilMs
      ? { id: "five_hour", utilization: 97, resets_at }
      : { id: "five_hour", utilization: 1, resets_at: at(untilMs + 5 * HOUR) },
  ];
const RESET = 30 * MINUTE;
const GRACE = 30 * SECOND;
const SPREAD = 60 * SECOND;
/** Looks that are never closer than this are at most two a minute, and one as a rule. */
const HALF_A_MINUTE = 30 * SECOND;
/** The longest a guard may need after the first reading that shows a reset: look, spread, look. */
const LATEST = GRACE + 1.25 * SPREAD + 60 * SECOND;

describe("a reset", () => {
  test.each([0, 0.25, 0.5, 0.999])(
    "on time releases after grace and this pane's part of the spread (%d)",
    async (share) => {
      const outcome = await simulate({ windows: fullUntil(RESET), share });
      expect(outcome.exit).toBe("done");
      expect(outcome.endedMs).toBeGreaterThanOrEqual(RESET + GRACE + share * SPREAD);
      expect(outcome.endedMs).toBeLessThanOrEqual(RESET + LATEST);
      expect(toShortestGapMs(outcome)).toBeGreaterThanOrEqual(HALF_A_MINUTE);
      expect(outcome.events.map(({ event, reason }) => [event, reason])).toEqual([
        ["waiting", "over"],
        ["released", "reset"],
      ]);
    },
  );

  test("says what it waits for and until when", async () => {
    const { events } = await simulate({ windows: fullUntil(RESET), share: 0.5 });
    expect(events[0]).toEqual({
      event: "waiting",
      at: at(0),
      reason: "over",
      window: "five_hour",
      utilization: 97,
      resets_at: at(RESET),
      full_at: null,
      resume_at: at(RESET + GRACE + 0.5 * 1.25 * SPREAD),
      fetched_at: at(-40 * SECOND),
    });
    expect(events[1]).toMatchObject({ window: "five_hour", utilization: 1, resets_at: at(RESET + 5 * HOUR) });
  });

  test.each([
    {
      name: "late, its date gone by",
      windows: (ms: number) => fullUntil(RESET + 20 * MINUTE, at(RESET))(ms),
      freeMs: RESET + 20 * MINUTE,
    },
    {
      name: "late, its date moved on",
      windows: (ms: number) => fullUntil(RESET + HOUR, ms < RESET ? at(RESET) : at(RESET + HOUR))(ms),
      freeMs: RESET + HOUR,
    },
    { name: "early, with a new date", windows: fullUntil(RESET, at(3 * HOUR)), freeMs: RESET },
    {
      name: "early, 97 % to 3 % without a new date",
      windows: (ms: number) => [{ id: "five_hour", utilization: ms < RESET ? 97 : 3, resets_at: at(3 * HOUR) }],
      freeMs: RESET,
    },
    { name: "without a date", windows: fullUntil(RESET, null), freeMs: RESET },
    { name: "in the year 9999", windows: fullUntil(RESET, "9999-12-31T23:59:59.999Z"), freeMs: RESET },
    { name: "further away than the window is long", windows: fullUntil(RESET, at(9 * HOUR)), freeMs: RESET },
    { name: "in the past", windows: fullUntil(RESET, at(-HOUR)), freeMs: RESET },
    {
      name: "to a window that has not started",
      windows: (ms: number) =>
        ms < RESET ? fullUntil(RESET)(ms) : [{ id: "five_hour", utilization: 0, resets_at: null }],
      freeMs: RESET,
    },
    {
      name: "that jitters by a second",
      windows: (ms: number) => fullUntil(RESET, at(RESET + ((ms / POLL_EVERY_MS) % 2 < 1 ? 0 : SECOND)))(ms),
      freeMs: RESET,
    },
    {
      name: "always five seconds away",
      windows: (ms: number) => fullUntil(RESET, at(ms + 5 * SECOND))(ms),
      freeMs: RESET,
    },
  ])("$name: released soon after it is really free, never before", async ({ windows, freeMs }) => {
    for (const share of [0, 0.5, 0.999]) {
      for (const pollPhaseMs of [0, 20 * SECOND, 59 * SECOND]) {
        const outcome = await simulate({ windows, share, pollPhaseMs });
        expect(outcome.exit).toBe("done");
        expect(outcome.endedMs).toBeGreaterThanOrEqual(freeMs);
        expect(outcome.endedMs).toBeLessThanOrEqual(freeMs + POLL_EVERY_MS + LATEST);
        expect(toShortestGapMs(outcome)).toBeGreaterThanOrEqual(HALF_A_MINUTE);
        expect(outcome.events.filter(({ event }) => event === "released")).toHaveLength(1);
      }
    }
  });

  test("that comes early releases at most two minutes after the first reading that shows it", async () => {
    const windows = (ms: number) => [{ id: "five_hour", utilization: ms < RESET ? 97 : 3, resets_at: at(3 * HOUR) }];
    for (const share of [0, 0.3, 0.6, 0.999]) {
      for (let pollPhaseMs = 0; pollPhaseMs < POLL_EVERY_MS; pollPhaseMs += 7 * SECOND) {
        const { endedMs, events } = await simulate({ windows, share, pollPhaseMs });
        const shownMs = RESET + (pollPhaseMs % POLL_EVERY_MS);
        expect(endedMs - shownMs).toBeLessThanOrEqual(2 * MINUTE);
        // Two readings lie a minute apart.
        expect(endedMs - shownMs).toBeGreaterThanOrEqual(MINUTE);
        expect(events.at(-1)?.reason).toBe("early-reset");
      }
    }
  });
});

describe("a clock that goes wrong while a guard waits", () => {
  const between = (fromMs: number, untilMs: number, errorMs: number) => (ms: number) =>
    ms >= fromMs && ms < untilMs ? errorMs : 0;
  const FREE = 4 * HOUR;
  const PPM = 1e-6;

  test.each([
    { name: "slewed on by 500 ppm", toClockErrorMs: (ms: number) => ms * 500 * PPM },
    { name: "slewed back by 500 ppm", toClockErrorMs: (ms: number) => ms * -500 * PPM },
    { name: "stepped on by a second", toClockErrorMs: between(HOUR, 100 * DAY, SECOND) },
    {
      name: "stepped back by a second just before the reset",
      toClockErrorMs: between(FREE - SECOND, 100 * DAY, -SECOND),
    },
    { name: "two minutes ahead from then on", toClockErrorMs: between(HOUR, 100 * DAY, 2 * MINUTE) },
    { name: "an hour ahead, and right again", toClockErrorMs: between(HOUR, FREE - MINUTE, HOUR) },
    { name: "a day ahead, and right again", toClockErrorMs: between(HOUR, 3 * HOUR, DAY) },
    { name: "an hour behind, and right again", toClockErrorMs: between(HOUR, FREE - MINUTE, -HOUR) },
    { name: "a day behind, and right again", toClockErrorMs: between(HOUR, 3 * HOUR, -DAY) },
    { name: "behind by an hour from then on", toClockErrorMs: between(HOUR, 100 * DAY, -HOUR) },
    {
      name: "ahead by minutes over the reset, and right again",
      toClockErrorMs: between(HOUR, FREE + MINUTE, 2 * MINUTE),
    },
  ])("$name: released soon after it is really free, never before", async ({ toClockErrorMs }) => {
    for (const share of [0, 0.5, 0.999]) {
      for (let pollPhaseMs = 0; pollPhaseMs < POLL_EVERY_MS; pollPhaseMs += 7 * SECOND) {
        const outcome = await simulate({ windows: fullUntil(FREE), share, pollPhaseMs, toClockErrorMs });
        expect(outcome.exit).toBe("done");
        expect(outcome.endedMs).toBeGreaterThanOrEqual(FREE);
        expect(outcome.endedMs).toBeLessThanOrEqual(FREE + POLL_EVERY_MS + LATEST);
      }
    }
  });

  test("ahead by an hour and never right again: what comes looks old, so nobody is released", async () => {
    const outcome = await simulate({ windows: fullUntil(FREE), toClockErrorMs: between(HOUR, 100 * DAY, HOUR) });
    expect(outcome.exit).toBe("still waiting");
  });

  test("a day behind: --max-wait is over all the same", async () => {
    const options = { maxWaitMs: HOUR };
    const toClockErrorMs = between(10 * MINUTE, 100 * DAY, -DAY);
    const { exit, endedMs } = await simulate({ windows: fullUntil(FREE), toClockErrorMs, options });
    expect(exit).toBe("over");
    expect(endedMs).toBeGreaterThanOrEqual(HOUR);
    expect(endedMs).toBeLessThanOrEqual(HOUR + 11 * MINUTE);
  });
});

describe("the window that binds", () => {
  test("is the last full one to start again", async () => {
    const outcome = await simulate({
      windows: (ms) => [
        ...fullUntil(RESET)(ms),
        { id: "seven_day", utilization: ms < 3 * HOUR ? 92 : 0, resets_at: ms < 3 * HOUR ? at(3 * HOUR) : null },
      ],
    });
    expect(outcome.endedMs).toBeGreaterThan(3 * HOUR + GRACE);
    expect(outcome.endedMs).toBeLessThan(3 * HOUR + LATEST + POLL_EVERY_MS);
    expect(outcome.events[0]).toMatchObject({ window: "seven_day", resets_at: at(3 * HOUR) });
    expect(outcome.events).toHaveLength(2);
  });

  test("may change while the guard waits, and then it says so once more", async () => {
    const outcome = await simulate({
      windows: (ms) => [
        ...fullUntil(RESET)(ms),
        {
          id: "seven_day",
          utilization: ms < 10 * MINUTE ? 85 : ms < 3 * HOUR ? 92 : 1,
          resets_at: at(ms < 3 * HOUR ? 3 * HOUR : 7 * DAY),
        },
      ],
    });
    expect(outcome.events.map(({ event, window }) => [event, window])).toEqual([
      ["waiting", "five_hour"],
      ["waiting", "seven_day"],
      ["released", "seven_day"],
    ]);
    expect(outcome.endedMs).toBeGreaterThan(3 * HOUR);
  });

  test("is not a lower reading that comes only once", async () => {
    const flicker = (ms: number) => [
      { id: "five_hour", utilization: Math.floor(ms / POLL_EVERY_MS) % 2 === 0 ? 93 : 23, resets_at: at(4 * HOUR) },
    ];
    const outcome = await simulate({ windows: flicker, pollPhaseMs: 0, options: { maxWaitMs: 3 * HOUR } });
    expect([outcome.exit, outcome.endedMs]).toEqual(["over", 3 * HOUR]);
    expect(toShortestGapMs(outcome)).toBeGreaterThanOrEqual(HALF_A_MINUTE);
  });
});

describe("going on needs", () => {
  const lower = (ms: number, ageMs: number) =>
    ({
      kind: "row",
      row: createRow({ ageMs, windows: [{ utilization: 3, resets_at: at(4 * HOUR) }] }, now + ms),
      installs: [],
    }) as const;
  const full = (ms: number) => [{ id: "five_hour", utilization: 97, resets_at: at(Math.max(4 * HOUR, ms + HOUR)) }];

  test("two readings before a reset is due, not one seen twice", async () => {
    const outcome = await simulate({
      windows: (ms) => [{ id: "five_hour", utilization: ms < RESET ? 97 : 3, resets_at: at(4 * HOUR) }],
      bridgeDown: { fromMs: RESET + MINUTE, toMs: 100 * DAY },
      options: { maxWaitMs: 2 * HOUR, maxAgeMs: 10 * HOUR },
    });
    expect([outcome.exit, outcome.endedMs]).toEqual(["over", 2 * HOUR]);
  });

  test("fresh readings: an older one is no witness", async () => {
    const outcome = await simulate({
      windows: full,
      read: (ms) => {
        if (ms >= RESET && ms < RESET + 10 * MINUTE) return lower(ms, 200 * SECOND);
        return ms >= RESET + 10 * MINUTE && ms < RESET + 11 * MINUTE ? lower(ms, 5 * SECOND) : undefined;
      },
      options: { maxWaitMs: 2 * HOUR },
    });
    expect([outcome.exit, outcome.endedMs]).toEqual(["over", 2 * HOUR]);
  });

  test("a fresh reading at the moment itself, however long the spread", async () => {
    const outcome = await simulate({
      windows: fullUntil(RESET),
      bridgeDown: { fromMs: RESET + 2 * MINUTE, toMs: 100 * DAY },
      options: { spreadMs: 8 * MINUTE, maxWaitMs: 2 * HOUR, maxAgeMs: HOUR },
      share: 0.9,
    });
    expect([outcome.exit, outcome.endedMs]).toEqual(["over", 2 * HOUR]);
  });
});

describe("a laptop", () => {
  test("that slept over the reset goes on after its first fresh reading", async () => {
    const wokenMs = 5 * HOUR;
    const outcome = await simulate({
      windows: fullUntil(RESET),
      laptopAsleep: { fromMs: 10 * MINUTE, toMs: wokenMs },
    });
    expect(outcome.exit).toBe("done");
    expect(outcome.endedMs).toBeGreaterThan(wokenMs);
    expect(outcome.endedMs).toBeLessThan(wokenMs + 5 * MINUTE);
    expect(toShortestGapMs(outcome)).toBeGreaterThanOrEqual(HALF_A_MINUTE);
  });

  test("that slept and woke to a full window goes on waiting", async () => {
    const outcome = await simulate({
      windows: (ms) => (ms < 2 * HOUR ? fullUntil(RESET)(ms) : fullUntil(4 * HOUR)(ms)),
      laptopAsleep: { fromMs: 10 * MINUTE, toMs: 3 * HOUR },
    });
    expect(outcome.endedMs).toBeGreaterThan(4 * HOUR);
  });
});

describe("a bridge", () => {
  test("that is down over the reset releases nobody until it reads again", async () => {
    const backMs = 3 * HOUR;
    const outcome = await simulate({ windows: fullUntil(RESET), bridgeDown: { fromMs: 10 * MINUTE, toMs: backMs } });
    expect(outcome.exit).toBe("done");
    expect(outcome.endedMs).toBeGreaterThan(backMs);
    expect(outcome.endedMs).toBeLessThan(backMs + 4 * MINUTE);
  });

  test("that never comes back keeps the guard until --max-wait", async () => {
    const outcome = await simulate({
      windows: fullUntil(RESET),
      bridgeDown: { fromMs: 10 * MINUTE, toMs: 100 * DAY },
      options: { maxWaitMs: 6 * HOUR },
    });
    expect([outcome.exit, outcome.endedMs, outcome.events.at(-1)?.reason]).toEqual(["over", 6 * HOUR, "max-wait"]);
  });

  test.each([
    { onUnknown: "go" as const, exit: "done", event: "released" },
    { onUnknown: "fail" as const, exit: "unknown", event: "refused" },
  ])(
    "that stays down is --on-unknown $onUnknown some time after the reset, not before",
    async ({ onUnknown, exit, event }) => {
      const outcome = await simulate({
        windows: fullUntil(RESET),
        bridgeDown: { fromMs: 10 * MINUTE, toMs: 100 * DAY },
        options: { onUnknown },
      });
      expect(outcome.exit).toBe(exit);
      expect(outcome.events.at(-1)).toMatchObject({ event, reason: "stale" });
      expect(outcome.endedMs).toBeGreaterThan(RESET + GRACE + 10 * MINUTE);
      expect(outcome.endedMs).toBeLessThan(RESET + LATEST + 13 * MINUTE);
    },
  );

  test("that goes on as normal is never unknown, though each reset leaves a minute in doubt", async () => {
    for (const onUnknown of ["go", "fail"] as const) {
      const outcome = await simulate({ windows: fullUntil(RESET), pollPhaseMs: 59 * SECOND, options: { onUnknown } });
      expect(outcome.events.at(-1)).toMatchObject({ event: "released", reason: "reset" });
    }
  });
});

describe("doubt at the start", () => {
  const rows = [createRow(), createRow()];
  const noData = { kind: "no-data" as const, installs: [] };

  test("is waited out, and the first fresh reading decides", async () => {
    const outcome = await simulate({
      windows: () => [{ id: "five_hour", utilization: 42, resets_at: at(4 * HOUR) }],
      read: (ms) => (ms < 10 * MINUTE ? noData : undefined),
    });
    expect(outcome.exit).toBe("done");
    expect(outcome.events.map(({ event, reason }) => [event, reason])).toEqual([
      ["waiting", "no-data"],
      ["released", "fresh-reading"],
    ]);
    expect(outcome.endedMs).toBeLessThan(10 * MINUTE + LATEST + POLL_EVERY_MS);
  });

  test("that ends in a full window says what it waits for then", async () => {
    const outcome = await simulate({
      windows: fullUntil(RESET),
      read: (ms) => (ms < 10 * MINUTE ? noData : undefined),
    });
    expect(outcome.events.map(({ event, reason }) => [event, reason])).toEqual([
      ["waiting", "no-data"],
      ["waiting", "over"],
      ["released", "reset"],
    ]);
  });

  test.each([
    {
      name: "an ambiguous account",
      reading: { kind: "ambiguous-account" as const, rows, installs: [] },
      reason: "ambiguous-account",
    },
    {
      name: "an unknown account",
      reading: { kind: "unknown-account" as const, rows, installs: [] },
      reason: "unknown-account",
    },
    {
      name: "an account without windows",
      reading: { kind: "row" as const, row: createRow({ windows: [] }), installs: [] },
      reason: "no-windows",
    },
  ])("about $name is not waited for", async ({ reading, reason }) => {
    const atOnce = await simulate({ windows: fullUntil(RESET), read: () => reading });
    expect([atOnce.exit, atOnce.endedMs]).toEqual(["unknown", 0]);
    const later = await simulate({
      windows: fullUntil(RESET),
      read: (ms) => (ms < MINUTE ? noData : reading),
      limitMs: HOUR,
    });
    expect(later.exit).toBe("unknown");
    expect(later.events.at(-1)).toMatchObject({ event: "refused", reason });
  });

  test.each([
    { onUnknown: "go" as const, exit: "done" },
    { onUnknown: "fail" as const, exit: "unknown" },
  ])("is $exit at once with --on-unknown $onUnknown", async ({ onUnknown, exit }) => {
    const outcome = await simulate({ windows: fullUntil(RESET), read: () => noData, options: { onUnknown } });
    expect([outcome.exit, outcome.endedMs]).toEqual([exit, 0]);
  });

  test("lasts no longer than --max-wait", async () => {
    const outcome = await simulate({
      windows: fullUntil(RESET),
      read: () => noData,
      options: { maxWaitMs: 95 * SECOND },
    });
    expect([outcome.exit, outcome.endedMs, outcome.events.at(-1)?.reason]).toEqual(["over", 95 * SECOND, "max-wait"]);
    expect(outcome.looksMs.length).toBeLessThan(5);
  });
});

describe("a window that is forecast to be full soon", () => {
  const resets_at = at(3 * HOUR);
  /** Heading for the wall until `untilMs`, then slower. */
  const headingUntil = (untilMs: number) => (ms: number) => {
    const exhausted_at = ms < untilMs ? at(ms + 20 * MINUTE) : null;
    const forecast = { percent_per_hour: 90, percent_at_reset: 150, exhausted_at, pace: null };
    return [{ id: "five_hour", utilization: 60, resets_at, forecast }];
  };
  const options = { forecastMs: 30 * MINUTE };

  test("is waited for until two readings in a row say that it slows down", async () => {
    const outcome = await simulate({ windows: headingUntil(40 * MINUTE), options });
    expect(outcome.exit).toBe("done");
    expect(outcome.endedMs).toBeGreaterThan(41 * MINUTE);
    expect(outcome.endedMs).toBeLessThanOrEqual(40 * MINUTE + 2 * POLL_EVERY_MS + SPREAD + 60 * SECOND);
    expect(outcome.events.map(({ event, reason }) => [event, reason])).toEqual([
      ["waiting", "forecast"],
      ["released", "slower"],
    ]);
    expect(outcome.events[0]).toMatchObject({ window: "five_hour", utilization: 60, resets_at });
    expect(outcome.events[0]?.full_at).toMatch(/^2026-11-20T10:19/);
    expect(outcome.events[1]?.full_at).toBeNull();
  });

  test("is not released by a forecast that slows down for one reading only", async () => {
    const flickers = (ms: number) => headingUntil(Math.floor(ms / POLL_EVERY_MS) % 2 === 0 ? 0 : 3 * HOUR)(ms);
    const { exit } = await simulate({ windows: flickers, options, limitMs: 2 * HOUR });
    expect(exit).toBe("still waiting");
  });

  test("is waited for until its reset, when nothing slows down", async () => {
    const heading = headingUntil(Number.POSITIVE_INFINITY);
    const windows = (ms: number) => (ms < 3 * HOUR ? heading(ms) : fullUntil(3 * HOUR)(ms));
    const outcome = await simulate({ windows, options });
    expect(outcome.exit).toBe("done");
    expect(outcome.events.at(-1)?.reason).toBe("reset");
    expect(outcome.endedMs).toBeLessThanOrEqual(3 * HOUR + LATEST);
  });

  test("is refused at once with --no-wait, and says when it would be full", async () => {
    const outcome = await simulate({ windows: headingUntil(HOUR), options: { ...options, wait: false } });
    expect(outcome.exit).toBe("over");
    expect(outcome.events).toMatchObject([{ event: "refused", reason: "forecast", window: "five_hour" }]);
  });

  test("is waited for no longer than --max-wait", async () => {
    const outcome = await simulate({ windows: headingUntil(HOUR), options: { ...options, maxWaitMs: 10 * MINUTE } });
    expect(outcome.exit).toBe("over");
    expect(outcome.events.at(-1)?.reason).toBe("max-wait");
  });

  test("does not hide a limit that the work itself ran into", async () => {
    const hit = { window: "five_hour", resets_at };
    const outcome = await simulate({
      windows: headingUntil(40 * MINUTE),
      options: { ...options, hit },
      limitMs: 2 * HOUR,
    });
    expect(outcome.exit).toBe("still waiting");
  });
});

test("a second account that appears does not take a waiting guard's row away", async () => {
  const windows = fullUntil(RESET);
  const chosen = (ms: number) => createRow({ ageMs: 5 * SECOND, windows: windows(ms) }, now + ms);
  const other = (ms: number) => createRow({ org_uuid: "00000000-0000-4000-8000-0000000000dd" }, now + ms);
  const outcome = await simulate({
    windows,
    read: (ms) =>
      ms < 10 * MINUTE ? undefined : { kind: "ambiguous-account", rows: [other(ms), chosen(ms)], installs: [] },
  });
  expect(outcome.exit).toBe("done");
  expect(outcome.events.at(-1)).toMatchObject({
    event: "released",
    reason: "reset",
    window: "five_hour",
    utilization: 1,
  });
});

describe("a limit that the work ran into", () => {
  const calm = () => [{ id: "five_hour", utilization: 42, resets_at: at(4 * HOUR) }];

  test("is waited for although the meter shows nothing of it", async () => {
    const outcome = await simulate({ windows: calm, options: { hit: { window: "scoped:opus", resets_at: at(HOUR) } } });
    expect(outcome.events[0]).toMatchObject({
      event: "waiting",
      reason: "over",
      window: "scoped:opus",
      resets_at: at(HOUR),
    });
    expect(outcome.endedMs).toBeGreaterThan(HOUR + GRACE);
    expect(outcome.endedMs).toBeLessThan(HOUR + LATEST + POLL_EVERY_MS);
  });

  test("without a reset needs two readings that say it is free", async () => {
    const outcome = await simulate({ windows: calm, options: { hit: { window: "five_hour", resets_at: null } } });
    expect(outcome.exit).toBe("done");
    expect(outcome.endedMs).toBeGreaterThanOrEqual(20 * SECOND);
    expect(outcome.endedMs).toBeLessThan(LATEST + 2 * POLL_EVERY_MS);
  });

  test("is the meter's own as soon as the meter shows it, so an early reset is seen", async () => {
    const windows = (ms: number) => [{ id: "five_hour", utilization: ms < RESET ? 100 : 2, resets_at: at(4 * HOUR) }];
    const outcome = await simulate({ windows, options: { hit: { window: "five_hour", resets_at: at(4 * HOUR) } } });
    expect(outcome.endedMs).toBeLessThan(RESET + 4 * MINUTE);
    expect(outcome.events).toHaveLength(2);
  });

  test("outlasts a shorter one that the meter shows", async () => {
    const outcome = await simulate({
      windows: fullUntil(RESET),
      options: { hit: { window: "seven_day", resets_at: at(2 * HOUR) } },
    });
    expect(outcome.endedMs).toBeGreaterThan(2 * HOUR + GRACE);
    expect(outcome.endedMs).toBeLessThan(2 * HOUR + LATEST + POLL_EVERY_MS);
  });
});

test("whatever the server says, a guard goes on only on a fresh value under the limit and never looks three times in half a minute", async () => {
  const step = fc.record({
    minutes: fc.integer({ min: 1, max: 40 }),
    utilization: fc.constantFrom(null, 0, 23, 89.9, 90, 97, 103),
    resets: fc.constantFrom("none", "past", "soon", "right", "far", "9999"),
  });
  const property = fc.asyncProperty(
    fc.array(step, { minLength: 1, maxLength: 8 }),
    fc.double({ min: 0, max: 0.999, noNaN: true }),
    fc.integer({ min: 0, max: 59_999 }),
    fc.constantFrom(0, 30 * SECOND),
    async (steps, share, pollPhaseMs, graceMs) => {
      const stepAt = (ms: number) => {
        const endsMs = steps.map(
          (_, index) => steps.slice(0, index + 1).reduce((sum, each) => sum + each.minutes, 0) * MINUTE,
        );
        return steps[endsMs.findIndex((endMs) => ms < endMs)] ?? steps.at(-1);
      };
      const windows = (ms: number) => {
        const { utilization = null, resets = "none" } = stepAt(ms) ?? {};
        const resets_at = {
          none: null,
          past: at(ms - MINUTE),
          soon: at(ms + 3 * SECOND),
          right: at(4 * HOUR),
          far: at(30 * DAY),
          9999: "9999-12-31T23:59:59.999Z",
        }[resets];
        return [{ id: "five_hour", utilization, resets_at }];
      };
      const outcome = await simulate({
        windows,
        share,
        pollPhaseMs,
        limitMs: 6 * HOUR,
        options: { graceMs, spreadMs: 10 * SECOND },
      });
      // Its own turn may come soon after a look, and may find the window full again.
      expect(toShortestGapMs(outcome, 2)).toBeGreaterThanOrEqual(HALF_A_MINUTE);
      if (outcome.exit !== "done") return;
      const last = outcome.events.at(-1);
      expect(last).toMatchObject({ event: "released", window: "five_hour" });
      expect(last?.utilization).toBeLessThan(90);
      expect(now + outcome.endedMs - Date.parse(last?.fetched_at ?? "")).toBeLessThanOrEqual(150 * SECOND);
    },
  );
  await fc.assert(property, { numRuns: 300 });
});

describe("a look after the reset", () => {
  const silent = { fromMs: RESET - 5 * MINUTE, toMs: 5 * HOUR };

  test("is asked for once, and lets work go on although nobody reads by itself", async () => {
    const outcome = await simulate({ windows: fullUntil(RESET), bridgeDown: silent, canLook: true });
    expect(outcome.exit).toBe("done");
    expect(outcome.askedMs.length).toBe(1);
    expect(outcome.askedMs[0]).toBeGreaterThanOrEqual(RESET);
    expect(outcome.endedMs).toBeLessThanOrEqual(RESET + 60 * SECOND + LATEST);
  });

  test("is asked for at each check, never more than twice a minute, while nobody can look", async () => {
    const { askedMs, endedMs } = await simulate({ windows: fullUntil(RESET), bridgeDown: silent });
    expect(endedMs).toBeGreaterThanOrEqual(silent.toMs);
    const minutes = (silent.toMs - RESET) / MINUTE;
    expect(askedMs.length).toBeGreaterThanOrEqual(minutes - 2);
    expect(askedMs.length).toBeLessThanOrEqual(2 * minutes);
  });

  test("is not asked for before it, nor when a reading has come already", async () => {
    const { askedMs } = await simulate({
      windows: fullUntil(RESET),
      pollPhaseMs: 1 * SECOND,
      canLook: true,
      share: 0.9,
    });
    expect(askedMs).toEqual([]);
  });
});
