// What the bridge makes of snapshots that come late, twice, out of order, from the future, or from several browsers.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyState, type MeterState, restoreState } from "../../../bridge/daemon/merge.ts";
import { toStatus } from "../../../bridge/daemon/to-status.ts";
import { statusSchema } from "../../../shared/row.ts";
import { MAX_RANGES, mergeSequences, type SequenceRanges } from "../../../shared/sequence-ranges.ts";
import type { Snapshot } from "../../../shared/snapshot.ts";
import { PROPERTY_TIMEOUT_MS, toRuns } from "../../harness/property-runs.ts";
import { createUsageWindow } from "../../shared/wire-examples.ts";
import {
  acme,
  ana,
  at,
  ben,
  bolt,
  nobody,
  read,
  TEN,
  type Told,
  tell,
  tellAll,
  toLine,
  toRows,
  toUuid,
} from "./told.ts";

const overage = {
  enabled: true,
  used: 5,
  limit: 60,
  currency: "USD",
  out_of_credits: false,
  disabled_reason: null,
  disabled_until: null,
};
const subscription = { status: "active", renews_at: null, ends_at: null, billing_interval: "monthly" };

describe("of one row, the newest observation counts", () => {
  test.each<{ name: string; snapshots: Snapshot[]; line: string }>([
    { name: "the first opens it", snapshots: [read(0, 42)], line: "42 % at 0 s" },
    { name: "a higher one that is newer", snapshots: [read(0, 42), read(60, 43)], line: "43 % at 60 s" },
    { name: "a lower one that is newer", snapshots: [read(0, 97), read(60, 0)], line: "0 % at 60 s" },
    { name: "an older one changes nothing", snapshots: [read(60, 42), read(0, 97)], line: "42 % at 60 s" },
    { name: "the same again changes nothing", snapshots: [read(0, 42), read(0, 42)], line: "42 % at 0 s" },
    { name: "of one moment the higher", snapshots: [read(0, 42), read(0, 41)], line: "42 % at 0 s" },
    { name: "of one moment the higher, last", snapshots: [read(0, 41), read(0, 42)], line: "42 % at 0 s" },
    {
      name: "a failed one keeps the value and adds its error",
      snapshots: [read(0, 42), read(60, undefined)],
      line: "42 % at 0 s ! usage: server-error",
    },
    {
      name: "an old failure is no error of a newer value",
      snapshots: [read(60, 42), read(0, undefined)],
      line: "42 % at 60 s",
    },
    {
      name: "a value after a failure ends the error",
      snapshots: [read(0, 42), read(60, undefined), read(120, 43)],
      line: "43 % at 120 s",
    },
    {
      name: "a value that came with a complaint keeps it",
      snapshots: [read(0, 42, { errors: ["overage: not-available"] })],
      line: "42 % at 0 s ! overage: not-available",
    },
  ])("$name", ({ snapshots, line }) => {
    const lines = toRows(tellAll({ snapshots })).map(toLine);
    expect(lines.map((each) => each.replace("ana@example.com Acme ", "").replace(" by Chrome", ""))).toEqual([line]);
  });

  test("a failure alone opens no row", () => {
    expect(toRows(tellAll({ snapshots: [read(0, undefined)] }))).toEqual([]);
  });
});

describe("a date in the future", () => {
  const future = { snapshots: [read(86_400 * 365 * 50, 99)], receivedAt: 60 } as const;

  test("counts as the moment of arrival", () => {
    expect(toRows(tellAll(future)).map(toLine)).toEqual(["ana@example.com Acme 99 % at 60 s by Chrome"]);
  });

  test("can not pin a row: the next honest value wins", () => {
    const rows = toRows(tellAll(future, { snapshots: [read(61, 5)], receivedAt: 62 }));
    expect(rows.map(toLine)).toEqual(["ana@example.com Acme 5 % at 61 s by Chrome"]);
  });

  test("can not pin overage, subscription or the state of a browser either", () => {
    const far = at(86_400 * 365 * 50);
    const dated = { overage, overage_fetched_at: far, subscription, subscription_fetched_at: far };
    const first = { snapshots: [read(0, 1, dated)], receivedAt: 60, poll: { state: "signed-out", at: far } } as const;
    const honest = { overage: null, overage_fetched_at: at(61), subscription: null, subscription_fetched_at: at(61) };
    const state = tellAll(first, { snapshots: [read(61, 2, honest)], receivedAt: 62 });
    expect(toRows(state)).toMatchObject([{ overage: null, subscription: null, errors: [] }]);
    expect(state.installs.get(toUuid("install", 2))).toMatchObject({ state: "ok", polled_at: at(61) });
  });
});

describe("a clock that was ahead and is right again", () => {
  const dayAhead = 86_400;
  const wrong = { snapshots: [read(dayAhead, 99)], receivedAt: dayAhead, poll: { state: "signed-out" } } as const;

  test("pins nothing: the next honest value and poll win", () => {
    const state = tellAll(wrong, { snapshots: [read(61, 5)], receivedAt: 62 });
    expect(toRows(state, 62).map(toLine)).toEqual(["ana@example.com Acme 5 % at 61 s by Chrome"]);
    expect(state.installs.get(toUuid("install", 2))).toMatchObject({ state: "ok", polled_at: at(61) });
  });

  test("takes away no value before there is another one", () => {
    const state = tellAll(wrong, { snapshots: [read(61, undefined)], receivedAt: 62 });
    expect(toRows(state, 62)).toMatchObject([{ fetched_at: at(dayAhead), windows: [{ utilization: 99 }] }]);
  });

  test("by no more than two browsers of one network may differ, changes nothing", () => {
    const ahead = { snapshots: [read(100, 42)], receivedAt: 100 } as const;
    expect(toRows(tellAll(ahead, { snapshots: [read(10, 5)], receivedAt: 10 }))).toMatchObject([
      { fetched_at: at(100) },
    ]);
  });
});

describe("overage and subscription", () => {
  test("that a newer snapshot lacks are carried over, with their own dates", () => {
    const with_ = { overage, overage_fetched_at: at(0), subscription, subscription_fetched_at: at(-900) };
    const rows = toRows(tellAll({ snapshots: [read(0, 42, with_), read(60, 43)] }));
    expect(rows).toMatchObject([
      {
        fetched_at: at(60),
        overage: { used: 5 },
        overage_fetched_at: at(0),
        subscription: { status: "active" },
        subscription_fetched_at: at(-900),
      },
    ]);
  });

  test("are each as new as they are themselves, whatever they came with", () => {
    const newer = { overage: { ...overage, used: 9 }, overage_fetched_at: at(50) };
    const rows = toRows(
      tellAll({ snapshots: [read(60, 43, { overage, overage_fetched_at: at(10) }), read(0, 42, newer)] }),
    );
    expect(rows).toMatchObject([{ fetched_at: at(60), overage: { used: 9 }, overage_fetched_at: at(50) }]);
  });

  test("that were looked up and are not there any more, go", () => {
    const gone = { overage: null, overage_fetched_at: at(60) };
    const rows = toRows(
      tellAll({ snapshots: [read(0, 1, { overage, overage_fetched_at: at(0) }), read(60, 2, gone)] }),
    );
    expect(rows).toMatchObject([{ overage: null, overage_fetched_at: at(60) }]);
  });
});

describe("a merge leaves alone", () => {
  test("the state it was given", () => {
    const before = tellAll({ snapshots: [read(0, 42)] });
    const copy = structuredClone(toStatus(before, TEN));
    tell(before, { snapshots: [read(60, 43), read(70, undefined)], firstSequence: 2 });
    expect(toStatus(before, TEN)).toEqual(copy);
  });
});

/** Small pools, so that the same row, moment and browser come up again and again. */
const account = fc.constantFrom(
  ana,
  { ...ben },
  { ...nobody },
  { account_uuid: null, account_email: ana.account_email },
  { account_uuid: null, account_email: "only@example.com" },
);
const moment = fc.constantFrom(0, 1, 30, 60, 200, 900).map((seconds) => at(seconds));
const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({
    who: account,
    where: fc.constantFrom(acme, bolt),
    fetched_at: moment,
    utilization: fc.constantFrom(undefined, 0, 50, 50, 97, 1000),
    overage: fc.constantFrom(null, overage, { ...overage, used: 7, out_of_credits: true }),
    overage_fetched_at: fc.option(moment, { nil: null }),
    subscription_fetched_at: fc.option(moment, { nil: null }),
    errors: fc.constantFrom<string[][]>([], ["overage: not-available"], ["usage: offline", "windows: duplicate"]),
  })
  .map(({ who, where, utilization, ...rest }) => ({
    ...read(0, utilization),
    ...where,
    ...rest,
    subscription,
    ...who,
  }));
const anyTold: fc.Arbitrary<Told> = fc.record({
  snapshots: fc.array(anySnapshot, { maxLength: 4 }),
  install: fc.constantFrom(0, 1, 2),
  poll: fc.record({
    state: fc.constantFrom("ok", "ok", "signed-out", "rate-limited"),
    at: moment,
    retry_at: fc.option(moment, { nil: null }),
  }),
  firstSequence: fc.integer({ min: 1, max: 8 }),
});
const anyHistory = fc.array(anyTold, { minLength: 1, maxLength: 12 });
const NOW = TEN + 3_600_000;

describe("in whatever order and however often", { timeout: PROPERTY_TIMEOUT_MS }, () => {
  test("equal sets of posts give equal states", () => {
    const shuffled = anyHistory.chain((history) =>
      fc.tuple(fc.constant(history), fc.shuffledSubarray([...history, ...history], { minLength: history.length * 2 })),
    );
    fc.assert(
      fc.property(shuffled, ([history, again]) => {
        expect(toStatus(tellAll(...again), NOW)).toEqual(toStatus(tellAll(...history), NOW));
      }),
      toRuns(1000),
    );
  });

  test("what was told already changes nothing", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const state = tellAll(...history);
        expect(toStatus(history.reduce(tell, state), NOW)).toEqual(toStatus(state, NOW));
      }),
      toRuns(500),
    );
  });

  test("the rows are those of a small oracle", () => {
    let [histories, rows] = [0, 0];
    fc.assert(
      fc.property(anyHistory, (history) => {
        const expected = toExpectedRows(history.flatMap(({ snapshots }) => snapshots));
        const found = toRows(tellAll(...history)).map(toNumbers);
        histories += 1;
        rows += found.length;
        expect(found.toSorted()).toEqual(expected.toSorted());
      }),
      toRuns(1000),
    );
    console.log(`merge: ${histories} histories, ${rows} rows as the oracle says`);
  });
});

function toNumbers(row: Snapshot): string {
  const { org_uuid, account_uuid, account_email, fetched_at, windows, overage_fetched_at } = row;
  return JSON.stringify([
    org_uuid,
    account_uuid,
    account_email,
    fetched_at,
    windows[0]?.utilization,
    row.overage?.used ?? null,
    overage_fetched_at,
  ]);
}

/** Sorts and picks, where the product merges step by step. */
function toExpectedRows(snapshots: readonly Snapshot[]): string[] {
  const good = snapshots.filter(({ usage }) => usage !== null);
  return [acme.org_uuid, bolt.org_uuid].flatMap((org) => {
    const here = good.filter(({ org_uuid }) => org_uuid === org);
    const uuids = [...new Set(here.flatMap(({ account_uuid }) => account_uuid ?? []))];
    const emails = [...new Set(here.flatMap((each) => (each.account_uuid === null ? (each.account_email ?? []) : [])))];
    const isOwn = (email: string) =>
      here.filter((each) => each.account_uuid !== null && each.account_email === email).length === 0;
    const names = [...uuids, ...emails.filter(isOwn)];
    const unknown = here.filter((each) => each.account_uuid === null && each.account_email === null);
    const groups = names.map((name) => [
      ...here.filter(
        (each) => each.account_uuid === name || each.account_email === name || isEmailOf(each, name, here),
      ),
      ...(names.length === 1 ? unknown : []),
    ]);
    return (names.length === 1 || unknown.length === 0 ? groups : [...groups, unknown]).map(pick);
  });
}

function isEmailOf(each: Snapshot, uuid: string, here: readonly Snapshot[]): boolean {
  const email = here.find(({ account_uuid }) => account_uuid === uuid)?.account_email;
  return each.account_uuid === null && each.account_email !== null && each.account_email === email;
}

function pick(group: readonly Snapshot[]): string {
  const [newest] = group.toSorted(
    (a, b) =>
      b.fetched_at.localeCompare(a.fetched_at) || (b.windows[0]?.utilization ?? 0) - (a.windows[0]?.utilization ?? 0),
  );
  const [spent] = group
    .filter(({ overage_fetched_at }) => overage_fetched_at !== null)
    .toSorted(
      (a, b) =>
        (b.overage_fetched_at ?? "").localeCompare(a.overage_fetched_at ?? "") || rankOverage(b) - rankOverage(a),
    );
  const named =
    group.find(({ account_uuid }) => account_uuid !== null) ?? group.find((each) => each.account_email !== null);
  if (!newest) throw new Error("no group is empty");
  const { account_uuid = null, account_email = null } = named ?? {};
  return toNumbers({
    ...newest,
    account_uuid,
    account_email,
    overage: spent?.overage ?? null,
    overage_fetched_at: spent?.overage_fetched_at ?? null,
  });
}

/** Of two looked up at one moment any may win, as long as it is always the same. */
function rankOverage({ overage: value }: Snapshot): number {
  return [null, 5, 7].indexOf(value?.used ?? null);
}

describe("a restart", { timeout: PROPERTY_TIMEOUT_MS }, () => {
  test("brings back what was published", () => {
    fc.assert(
      fc.property(anyHistory, (history) => {
        const published = toStatus(tellAll(...history), NOW);
        const copy = statusSchema.parse(JSON.parse(JSON.stringify(published)));
        expect(toStatus(restoreState(copy), NOW)).toEqual(published);
      }),
      toRuns(1000),
    );
  });

  test("brings back the state itself, where every account is known", () => {
    const known = anyHistory.map((history) =>
      history.map((told) => ({
        ...told,
        snapshots: told.snapshots.map((each) => ({ ...each, ...ana, overage: null, errors: [] })),
      })),
    );
    fc.assert(
      fc.property(known, (history) => {
        const state = tellAll(...history);
        const restored = restoreState(toStatus(state, NOW));
        expect(toPlain(restored)).toEqual(toPlain(state));
      }),
      toRuns(500),
    );
  });

  test("changes nothing about what comes after it", () => {
    fc.assert(
      fc.property(anyHistory, anyHistory, (before, after) => {
        const state = tellAll(...before);
        const restored = restoreState(toStatus(state, NOW));
        const known = toStatus(after.reduce(tell, state), NOW).rows.map(toNumbers);
        const unsure = [...before, ...after]
          .flatMap(({ snapshots }) => snapshots)
          .some((each) => each.account_uuid === null);
        // A value that joined a row for want of a better place is part of that row from then on.
        if (!unsure) expect(toStatus(after.reduce(tell, restored), NOW).rows.map(toNumbers)).toEqual(known);
      }),
      toRuns(1000),
    );
  });

  test("keeps the value of a window whose reset passed meanwhile", () => {
    const state = tellAll({ snapshots: [read(0, 42, { windows: [createUsageWindow({ resets_at: at(60) })] })] });
    const [rolled] = toRows(state, 120);
    expect(rolled?.windows).toMatchObject([{ state: "rolled", utilization: null, last_known: 42 }]);
    const restored = restoreState(toStatus(state, TEN + 120_000));
    expect(toRows(restored, 120)[0]?.windows).toEqual(rolled?.windows);
    expect(toRows(restored, 0)[0]?.windows).toMatchObject([{ state: "open", utilization: 42 }]);
  });

  test("of nothing is nothing", () => {
    expect(toPlain(restoreState(toStatus(emptyState, NOW)))).toEqual(toPlain(emptyState));
  });
});

/** What of a state matters later: a snapshot's complaints, and what it carried for others, are kept elsewhere. */
function toPlain({ rows, installs }: MeterState) {
  const plainRows = [...rows].map(([key, { good, ...row }]) => {
    const {
      errors,
      overage: _overage,
      subscription: _subscription,
      overage_fetched_at,
      subscription_fetched_at,
      ...rest
    } = good;
    return [key, { ...row, good: rest }] as const;
  });
  const plainInstalls = [...installs].map(([key, { seen, ...install }]) => {
    return [key, { install, seen: Object.fromEntries(seen) }] as const;
  });
  return { rows: Object.fromEntries(plainRows), installs: Object.fromEntries(plainInstalls) };
}

describe("the sequence numbers of an install", () => {
  const anyRanges = fc.array(fc.array(fc.integer({ min: 1, max: 90 }), { maxLength: 20 }), { maxLength: 8 });
  const mergeAll = (all: readonly (readonly number[])[]) =>
    all.reduce<SequenceRanges>((ranges, added) => mergeSequences(ranges, added), []);

  test.each<{ ranges: SequenceRanges; added: number[]; merged: SequenceRanges }>([
    { ranges: [], added: [], merged: [] },
    { ranges: [], added: [1], merged: [[1, 1]] },
    { ranges: [[1, 3]], added: [4], merged: [[1, 4]] },
    {
      ranges: [[1, 3]],
      added: [5],
      merged: [
        [1, 3],
        [5, 5],
      ],
    },
    {
      ranges: [
        [1, 3],
        [5, 5],
      ],
      added: [4],
      merged: [[1, 5]],
    },
    {
      ranges: [[5, 9]],
      added: [1, 2, 7],
      merged: [
        [1, 2],
        [5, 9],
      ],
    },
    { ranges: [[1, 9]], added: [3, 3, 3], merged: [[1, 9]] },
    {
      ranges: [[1, 1]],
      added: [Number.MAX_SAFE_INTEGER],
      merged: [
        [1, 1],
        [Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
      ],
    },
  ])("$ranges and $added are $merged", ({ ranges, added, merged }) => {
    expect(mergeSequences(ranges, added)).toEqual(merged);
  });

  test("are exactly the set of what was acknowledged, ascending and apart", () => {
    fc.assert(
      fc.property(anyRanges, (all) => {
        const merged = mergeAll(all);
        const numbers = merged.flatMap(([first, last]) =>
          Array.from({ length: last - first + 1 }, (_, index) => first + index),
        );
        expect(numbers).toEqual([...new Set(all.flat())].toSorted((a, b) => a - b));
        for (const [index, [first, last]] of merged.entries()) {
          expect(first).toBeLessThanOrEqual(last);
          expect(first).toBeGreaterThan((merged[index - 1]?.[1] ?? -1) + 1);
        }
      }),
    );
  });

  test("are the same in whatever order they came, and the ranges handed in stay as they were", () => {
    fc.assert(
      fc.property(anyRanges, (all) => {
        const merged = mergeAll(all);
        const copy = structuredClone(merged);
        expect(mergeAll(all.toReversed())).toEqual(merged);
        mergeSequences(merged, [1, 50, 91]);
        expect(merged).toEqual(copy);
      }),
    );
  });

  test("keep the newest 64 ranges, so that gaps do not pile up", () => {
    const added = Array.from({ length: 200 }, (_, index) => index * 2 + 1);
    const merged = mergeSequences([], added);
    expect(merged).toHaveLength(MAX_RANGES);
    expect(merged.at(-1)).toEqual([399, 399]);
    expect(merged[0]).toEqual([273, 273]);
  });
});
