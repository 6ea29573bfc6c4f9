// Which rows the extension has in mind after a look, when it could not be told whose the look was; and what it makes of a
// stored state that it can not read whole.
import { describe, expect, test } from "vitest";
import { initialState, mergeFailure, mergePoll, meterStateSchema } from "../../extension/meter-state.ts";
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { ACCOUNT_UUID, createShown, createSnapshot, createUsageWindow, ORG_UUID } from "../shared/wire-examples.ts";

const nowMs = Date.parse("2026-11-20T10:00:00Z");
const OTHER_ACCOUNT = "00000000-0000-4000-8000-0000000000ab";
const unknown = { account_uuid: null, account_email: null };

function read(utilization: number, more: Partial<Snapshot> = {}): Snapshot {
  return createSnapshot({ windows: [createUsageWindow({ utilization })], ...more });
}

/** The rows after these looks, each a minute after the one before. */
function toRows(looks: readonly Snapshot[]) {
  const look = (state: typeof initialState, snapshot: Snapshot) =>
    mergePoll(state, { snapshots: [snapshot], completed: [], lanes: {} }, nowMs);
  return looks
    .reduce(look, initialState)
    .rows.map(({ account_uuid, windows }) => [account_uuid, windows[0]?.utilization]);
}

test("a look of an unknown account is one of the organisation's only account", () => {
  expect(toRows([read(90), read(20, unknown)])).toEqual([[ACCOUNT_UUID, 20]]);
});

test("a row of an unknown account goes when the account is known", () => {
  expect(toRows([read(90, unknown), read(20)])).toEqual([[ACCOUNT_UUID, 20]]);
});

test("with two accounts in an organisation a look of an unknown one stands alone", () => {
  const other = read(50, { account_uuid: OTHER_ACCOUNT, account_email: "other@example.com" });
  expect(toRows([read(90), other, read(20, unknown)])).toEqual([
    [null, 20],
    [OTHER_ACCOUNT, 50],
    [ACCOUNT_UUID, 90],
  ]);
});

test("a look that brought no value leaves the last good one, under its account", () => {
  expect(toRows([read(90), read(0, { ...unknown, usage: null, windows: [] })])).toEqual([[ACCOUNT_UUID, 90]]);
});

describe("rows of an account that is not signed in now", () => {
  const DAY = 86_400_000;
  const other = read(50, { account_uuid: OTHER_ACCOUNT, org_uuid: "00000000-0000-4000-8000-0000000000b7" });
  test.each([
    [6 * DAY, 2],
    [8 * DAY, 1],
  ])("after %i ms are %i with those of the other", (ageMs, count) => {
    const state = mergePoll(initialState, { snapshots: [other], completed: [], lanes: {} }, nowMs);
    const laterMs = Date.parse(other.fetched_at) + ageMs;
    const later = mergePoll(state, { snapshots: [read(20)], completed: [], lanes: {} }, laterMs);
    expect(later.rows).toHaveLength(count);
  });
});

test("a look that failed forgets who was signed in, one that nobody answered does not", () => {
  const session = { account_uuid: ACCOUNT_UUID, account_email: null, organisations: [], told: nowMs };
  const state = mergePoll(initialState, { snapshots: [], completed: [], session, lanes: {} }, nowMs);
  expect(state.session).toEqual(session);
  expect(mergeFailure(state, new MeterError("server-error"), nowMs, 0).session).toBeUndefined();
  expect(mergeFailure(state, new MeterError("offline"), nowMs, 0).session).toEqual(session);
});

test.each(["poll", "rows", "lanes", "link"] as const)(
  "a stored state whose %s can not be read keeps the rest",
  (part) => {
    const at = "2026-11-20T10:00:00.000Z";
    const stored = {
      poll: { state: "rate-limited", at, retry_at: "2026-11-20T16:00:00.000Z", failures: 4 },
      rows: [createShown()],
      lanes: { [ORG_UUID]: { overage: nowMs } },
      link: { ...initialState.link, state: "connected", waiting: 3 },
    };
    expect(meterStateSchema.parse({ ...stored, [part]: "?" })).toEqual({ ...stored, [part]: initialState[part] });
  },
);
