// Who reads a row, as the bridge said last: whom a browser believes, and what it does about it.
import { describe, expect, test } from "vitest";
import { decidePoll } from "../../extension/decide-poll.ts";
import {
  isLeader,
  isReadElsewhere,
  isToldElsewhere,
  mergeLeads,
  readLeads,
  toLeadWords,
  toReads,
} from "../../extension/leads.ts";
import { initialState, type MeterState } from "../../extension/meter-state.ts";
import type { Lead } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";
import { ACCOUNT_UUID, createShown, ORG_UUID } from "../shared/wire-examples.ts";

const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const MINUTE_MS = 60_000;
const SECOND_ORG = "00000000-0000-4000-8000-0000000000b2";
const row = { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID };
const second = { org_uuid: SECOND_ORG, account_uuid: ACCOUNT_UUID };
const other: Lead = { ...row, is_own: false, browser: "Chrome (work)", wait_ms: 0 };
const own: Lead = { ...row, is_own: true, browser: "Arc", wait_ms: 0 };

function createState(said: Lead[] | undefined, more: Partial<MeterState> = {}): MeterState {
  const state: MeterState = {
    ...initialState,
    poll: { state: "ok", at: toIso(NOW), retry_at: null, failures: 0 },
    link: { ...initialState.link, state: "connected" },
    session: {
      account_uuid: ACCOUNT_UUID,
      account_email: "user@example.com",
      organisations: [{ org_uuid: ORG_UUID, org_name: "Example", plan: "Max 20x" }],
      told: NOW,
    },
    ...more,
  };
  return mergeLeads(state, said, NOW);
}

describe("a stand-by", () => {
  test("asks claude.ai each ten minutes, and at the next minute when it is to read", () => {
    const state = createState([other]);
    const minutes = [1, 2, 5, 9].map((minute) => {
      // As after each minute's word of the bridge.
      return decidePoll(mergeLeads(state, [other], NOW + minute * MINUTE_MS), "alarm", NOW + minute * MINUTE_MS);
    });
    expect(minutes).toEqual(["wait", "wait", "wait", "wait"]);
    const late = NOW + 10 * MINUTE_MS;
    expect(decidePoll(mergeLeads(state, [other], late), "alarm", late)).toBe("poll");
    expect(decidePoll(mergeLeads(state, [own], NOW + MINUTE_MS), "alarm", NOW + MINUTE_MS)).toBe("poll");
  });

  test.each([
    { name: "the bridge is not there", state: createState([other], { link: initialState.link }) },
    { name: "the bridge names nobody", state: createState(undefined) },
    {
      name: "another of its rows is its own",
      state: createState([other, { ...own, ...second }], {
        session: {
          account_uuid: ACCOUNT_UUID,
          account_email: null,
          organisations: [ORG_UUID, SECOND_ORG].map((org_uuid) => ({ org_uuid, org_name: null, plan: null })),
          told: NOW,
        },
      }),
    },
    { name: "it does not know who is signed in", state: createState([other], { session: undefined }) },
  ])("is none while $name", ({ state }) => {
    expect(decidePoll(state, "alarm", NOW + MINUTE_MS)).toBe("poll");
  });

  test("believes the bridge for 150 seconds, and not what a clock that was ahead wrote", () => {
    const state = createState([other]);
    expect(isReadElsewhere(readLeads(state, NOW + 150_000), row)).toBe(true);
    expect(readLeads(state, NOW + 150_001)).toEqual([]);
    expect(readLeads(state, NOW - 1)).toEqual([]);
  });

  test("reads all the same when its user presses Refresh", () => {
    expect(decidePoll(createState([other]), "refresh", NOW + 1_000)).toBe("poll");
  });
});

describe("a wait that claude.ai asked another browser for", () => {
  const state = createState([{ ...own, wait_ms: 5 * MINUTE_MS }]);

  test("is kept by the minute, and not longer", () => {
    expect(decidePoll(state, "alarm", NOW + MINUTE_MS)).toBe("wait");
    const later = mergeLeads(state, [{ ...own, wait_ms: 0 }], NOW + 5 * MINUTE_MS);
    expect(decidePoll(later, "alarm", NOW + 5 * MINUTE_MS)).toBe("poll");
  });

  test("ends when the bridge does not say it again", () => {
    expect(decidePoll(state, "alarm", NOW + 3 * MINUTE_MS)).toBe("poll");
  });
});

describe("what another browser read", () => {
  const { read_by: _none, ...reading } = createShown({ fetched_at: toIso(NOW) });

  test("is shown with its name, and replaces what is older", () => {
    const state = createState([{ ...other, row: reading }], { rows: [createShown({ fetched_at: toIso(NOW - 1) })] });
    expect(state.rows).toEqual([{ ...reading, read_by: "Chrome (work)" }]);
    expect(createState([{ ...other, row: reading }]).rows).toEqual(state.rows);
  });

  test("does not replace what this browser has read itself", () => {
    const rows = [createShown({ fetched_at: toIso(NOW + 1) })];
    expect(createState([{ ...other, row: reading }], { rows }).rows).toEqual(rows);
    const same = [createShown({ fetched_at: toIso(NOW) })];
    expect(createState([{ ...other, row: reading }], { rows: same }).rows).toEqual(same);
  });
});

describe("what this browser says it can read", () => {
  test("is every organisation of its account whose usage it gets", () => {
    expect(toReads(createState([other]))).toEqual([row]);
    const lane = { from: NOW, until: NOW + MINUTE_MS, failures: 1, code: "server-error" as const };
    expect(toReads(createState([other], { waits: { [`usage ${ACCOUNT_UUID} ${ORG_UUID}`]: lane } }))).toEqual([]);
  });

  test("stays what it was after a look that failed", () => {
    expect(toReads(createState([other], { session: undefined }))).toEqual([row]);
  });
});

test("a leader is who the bridge says", () => {
  expect(isLeader(createState([own]), NOW)).toBe(true);
  expect(isLeader(createState([other]), NOW)).toBe(false);
});

test("notices are told by the one that the bridge names, and by each browser when it names none", () => {
  const isTold = (lead: Lead) => isToldElsewhere(createState([lead]), row, NOW);
  expect(isTold({ ...other, is_teller: false })).toBe(true);
  expect(isTold({ ...other, is_teller: true })).toBe(false);
  expect(isTold(other)).toBe(false);
});

test("the options page says who reads what", () => {
  const rows = [createShown()];
  expect(toLeadWords(createState([own], { rows }), NOW)).toEqual(["This browser reads Example."]);
  expect(toLeadWords(createState([other], { rows }), NOW)).toEqual([
    "Chrome (work) reads Example; this browser stands by.",
  ]);
});
