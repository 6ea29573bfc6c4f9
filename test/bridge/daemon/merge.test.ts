// What the bridge makes of snapshots that come late, twice, out of order, from the future, or from several browsers.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { emptyState, restoreState } from "../../../bridge/daemon/merge.ts";
import { toStatus } from "../../../bridge/daemon/to-status.ts";
import { MAX_RANGES, mergeSequences, type SequenceRanges } from "../../../shared/sequence-ranges.ts";
import type { Snapshot } from "../../../shared/snapshot.ts";
import { mergeProperty } from "../../chaos/merge-property.ts";
import { PROPERTY_TIMEOUT_MS, toRuns } from "../../harness/property-runs.ts";
import { createUsageWindow } from "../../shared/wire-examples.ts";
import { at, read, TEN, tell, tellAll, toLine, toRows, toUuid } from "./told.ts";

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

  test("counts as the moment of the first arrival, also when its answer was lost and it comes again", () => {
    const again = tellAll(future, { ...future, receivedAt: 3000 });
    expect(toRows(again).map(toLine)).toEqual(["ana@example.com Acme 99 % at 60 s by Chrome"]);
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

test(
  "in whatever order, however often and with restarts between, the rows are those of a small oracle",
  () => fc.assert(mergeProperty, toRuns(500)),
  PROPERTY_TIMEOUT_MS,
);

describe("a restart", () => {
  test("keeps the value of a window whose reset passed meanwhile", () => {
    const state = tellAll({ snapshots: [read(0, 42, { windows: [createUsageWindow({ resets_at: at(60) })] })] });
    const [rolled] = toRows(state, 120);
    expect(rolled?.windows).toMatchObject([{ state: "rolled", utilization: null, last_known: 42 }]);
    const restored = restoreState(toStatus(state, TEN + 120_000));
    expect(toRows(restored, 120)[0]?.windows).toEqual(rolled?.windows);
    expect(toRows(restored, 0)[0]?.windows).toMatchObject([{ state: "open", utilization: 42 }]);
  });

  test("of nothing is nothing", () => {
    expect(restoreState(toStatus(emptyState, TEN))).toEqual(emptyState);
  });
});

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
