// Several browsers of one account over a day of minutes, with the bridge between them: how often claude.ai is asked, and that
// no minute goes unread or is read twice, whatever the browsers' clocks say.
import { describe, expect, test } from "vitest";
import { createLeaders } from "../../bridge/daemon/leaders.ts";
import { toLeads } from "../../bridge/daemon/to-leads.ts";
import type { ClaudeAi } from "../../extension/claude-ai/claude-ai.ts";
import { decidePoll } from "../../extension/decide-poll.ts";
import { isReadElsewhere, isStandBy, mergeLeads, readLeads, toReads } from "../../extension/leads.ts";
import { initialState, type MeterState, mergeFailure, mergePoll } from "../../extension/meter-state.ts";
import { poll } from "../../extension/poll.ts";
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import { toIso } from "../../shared/time.ts";
import { ACCOUNT_UUID, createStatus } from "../shared/wire-examples.ts";

const START = Date.parse("2026-11-20T00:00:00.000Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

type Fleet = {
  browsers: number;
  organisations: number;
  lastsMs: number;
  /** The first browser, which leads, is closed then. */
  closedMs?: number;
  /** The first browser is told to wait from then on, for a quarter of an hour. */
  limitedMs?: number;
  /** How far each browser's clock is ahead of the bridge's. */
  clockErrorsMs?: readonly number[];
  /** How far the alarms are apart within the minute. */
  phaseMs?: number;
};

type Asked = { part: "account" | "usage" | "other"; atMs: number };

async function play(fleet: Fleet): Promise<Asked[]> {
  const { browsers, lastsMs, closedMs = Number.POSITIVE_INFINITY, phaseMs = 7_000, clockErrorsMs = [] } = fleet;
  const limitedMs = fleet.limitedMs ?? Number.POSITIVE_INFINITY;
  const organisations = Array.from({ length: fleet.organisations }, (_none, index) => {
    return { org_uuid: `a11ce000-0000-4000-8000-00000000000${index + 1}`, org_name: null, plan: null };
  });
  let nowMs = 0;
  const asked: Asked[] = [];
  const leaders = createLeaders(() => nowMs);
  const status = createStatus({ rows: [], installs: [] });

  const answer = async <T>(part: Asked["part"], value: T): Promise<T> => {
    asked.push({ part, atMs: nowMs });
    if (nowMs >= limitedMs && nowMs < limitedMs + MINUTE_MS) throw new MeterError("rate-limited");
    return value;
  };
  const dated = <T>(value: T) => ({ value, fetched_at: toIso(START + nowMs) });
  const amounts = { used: null, limit: null, currency: null };
  const overage = { ...amounts, enabled: false, out_of_credits: false, disabled_reason: null, disabled_until: null };
  const subscription = { status: "active", renews_at: null, ends_at: null, billing_interval: null };
  const usage = { usage: {}, windows: [], money: null, problems: [] };
  const claudeAi: ClaudeAi = {
    fetchAccount: () => answer("account", { account_uuid: ACCOUNT_UUID, account_email: null, organisations }),
    fetchOrganisations: () => answer("other", organisations),
    fetchUsage: () => answer("usage", dated(usage)),
    fetchOverage: () => answer("other", dated(overage)),
    fetchSubscription: () => answer("other", dated(subscription)),
  };

  const states = Array.from({ length: browsers }, (): MeterState => {
    return { ...initialState, link: { ...initialState.link, state: "connected" } };
  });
  const wake = async (index: number) => {
    const install = `install-${index}`;
    const ownMs = START + nowMs + (clockErrorsMs[index] ?? 0);
    let state = states[index] ?? initialState;
    const deliver = () => {
      const { at, retry_at, state: polled } = state.poll;
      leaders.note({
        install,
        poll: { state: polled, at: at ?? toIso(ownMs), retry_at },
        reads: toReads(state),
        tells: false,
      });
      state = mergeLeads(state, toLeads(leaders.readLeads(install), install, status), ownMs);
    };
    if (decidePoll(state, "alarm", ownMs) === "wait" || isStandBy(state, ownMs)) deliver();
    if (decidePoll(state, "alarm", ownMs) === "poll") {
      const leads = readLeads(state, ownMs);
      const known = { session: state.session, lanes: state.waits ?? {} };
      const options = { now: () => ownMs, random: () => 0, onRead: async () => undefined };
      try {
        const isOther = (row: Parameters<typeof isReadElsewhere>[1]) => isReadElsewhere(leads, row);
        state = mergePoll(state, await poll(claudeAi, known, { ...options, isReadElsewhere: isOther }), ownMs);
      } catch (error) {
        if (!(error instanceof MeterError)) throw error;
        state = mergeFailure(state, error, ownMs, 0);
      }
      deliver();
    }
    states[index] = state;
  };

  for (let minute = 0; minute * MINUTE_MS < lastsMs; minute += 1) {
    for (let index = 0; index < browsers; index += 1) {
      nowMs = minute * MINUTE_MS + index * phaseMs;
      if (index > 0 || nowMs < closedMs) await wake(index);
    }
  }
  return asked;
}

/** Of the first organisation, from then on. */
function toReadings(asked: readonly Asked[], organisations: number, fromMs: number): number[] {
  const usages = asked.filter(({ part, atMs }) => part === "usage" && atMs >= fromMs);
  return usages.filter((_each, index) => index % organisations === 0).map(({ atMs }) => atMs);
}

describe("requests a day", async () => {
  const count = async (browsers: number, organisations: number) => {
    return (await play({ browsers, organisations, lastsMs: DAY_MS })).length;
  };
  const alone = { one: await count(1, 1), two: await count(1, 2) };
  const four = { one: await count(4, 1), two: await count(4, 2) };
  console.log(`requests a day: ${JSON.stringify({ alone, four })}`);

  test("of one browser are at most 3,300 for one organisation", () => {
    expect(alone.one).toBeLessThanOrEqual(3_300);
  });

  test("of four browsers are at most 1.15 times those of one, for one organisation and for two", () => {
    expect(four.one / alone.one).toBeLessThanOrEqual(1.15);
    expect(four.two / alone.two).toBeLessThanOrEqual(1.15);
  });
});

describe("every minute is read once", () => {
  const cases: [string, Partial<Fleet>][] = [
    ["by one of four", { browsers: 4 }],
    ["by one of two, with two organisations", { organisations: 2 }],
    ["whatever the clocks say", { browsers: 3, clockErrorsMs: [HOUR_MS, -HOUR_MS, 0] }],
  ];
  test.each(cases)("%s", async (_name, more) => {
    const fleet = { browsers: 2, organisations: 1, lastsMs: 3 * HOUR_MS, ...more };
    // In the first minute nobody leads yet, and each browser has read by itself.
    const readings = toReadings(await play(fleet), fleet.organisations, 2 * MINUTE_MS);
    const gapsMs = readings.slice(1).map((atMs, index) => atMs - (readings[index] ?? 0));
    expect(new Set(gapsMs)).toEqual(new Set([MINUTE_MS]));
  });
});

describe("when the leader is closed", () => {
  test.each([
    { phaseMs: 1_000, clockErrorsMs: [] },
    { phaseMs: 13_000, clockErrorsMs: [] },
    { phaseMs: 19_000, clockErrorsMs: [0, HOUR_MS, -HOUR_MS] },
  ])("the next reading comes within 150 s, once: $phaseMs ms apart, clocks $clockErrorsMs", async (more) => {
    const closedMs = HOUR_MS + 30_000;
    const asked = await play({ browsers: 3, organisations: 1, lastsMs: 2 * HOUR_MS, closedMs, ...more });
    const readings = toReadings(asked, 1, 2 * MINUTE_MS);
    const gapsMs = readings.slice(1).map((atMs, index) => atMs - (readings[index] ?? 0));
    const long = gapsMs.filter((ms) => ms !== MINUTE_MS);
    expect(long.length).toBe(1);
    expect(long[0]).toBeGreaterThan(MINUTE_MS);
    expect(long[0]).toBeLessThanOrEqual(150_000);
  });
});

test("what claude.ai asks one browser to wait, all wait, and then one asks again", async () => {
  const limitedMs = HOUR_MS;
  const asked = await play({ browsers: 4, organisations: 1, lastsMs: 2 * HOUR_MS, limitedMs });
  const during = asked.filter(({ atMs }) => atMs > limitedMs && atMs < limitedMs + 14 * MINUTE_MS);
  expect(during).toEqual([]);
  const after = toReadings(asked, 1, limitedMs + 14 * MINUTE_MS);
  expect((after[0] ?? 0) - limitedMs).toBeLessThanOrEqual(17 * MINUTE_MS);
  expect(after.length).toBeLessThanOrEqual(46);
});
