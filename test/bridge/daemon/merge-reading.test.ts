// What the bridge keeps of the readings that it hears, which rows they make, and that a restart keeps it all.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BridgeState, emptyState, mergePost, restoreState } from "../../../bridge/daemon/merge.ts";
import { mergeReading } from "../../../bridge/daemon/merge-reading.ts";
import { toStatus } from "../../../bridge/daemon/to-status.ts";
import { toRow } from "../../../shared/freshness.ts";
import type { Reading } from "../../../shared/reading.ts";
import { statusSchema } from "../../../shared/row.ts";
import {
  createPost,
  createReading,
  createSnapshot,
  createUsageWindow,
  createWitness,
} from "../../shared/wire-examples.ts";

const NOON_MS = Date.parse("2026-11-20T12:00:00.000Z");
const OTHER = "00000000-0000-4000-8000-0000000000dd";
const LATER_RESET = "2026-11-20T14:00:00.000Z";

function createState(snapshot = createSnapshot()): BridgeState {
  return mergePost(emptyState, createPost(), [{ sequence: 1, snapshot }], NOON_MS);
}

function said(utilization: number, observed_at: string, more: Partial<Reading> = {}): Reading {
  return createReading({ observed_at, windows: { five_hour: { utilization, resets_at: null } }, ...more });
}

function mergeAll(state: BridgeState, readings: readonly Reading[]): BridgeState {
  return readings.reduce((each, reading) => mergeReading(each, reading, NOON_MS), state);
}

function readRows(state: BridgeState) {
  return toStatus(state, NOON_MS).rows;
}

function readSource(state: BridgeState, source = "statusline") {
  return readRows(state)[0]?.sources?.find((each) => each.source === source);
}

function restart(state: BridgeState): BridgeState {
  const written: unknown = JSON.parse(JSON.stringify(toStatus(state, NOON_MS)));
  return restoreState(statusSchema.parse(written));
}

describe("a reading", () => {
  test("stands beside what the extension said, which stays as it is", () => {
    const windows = [createUsageWindow(), createUsageWindow({ id: "seven_day", label: "Weekly" })];
    const [before] = readRows(createState(createSnapshot({ windows })));
    const state = mergeAll(createState(createSnapshot({ windows })), [createReading()]);
    const { sources, witness, ...after } = readRows(state)[0] ?? {};
    expect(after).toEqual(before);
    // As 0.1.0 reads it.
    expect(witness).toEqual(createWitness());
    expect(sources?.map(({ source }) => source)).toEqual(["statusline"]);
  });

  test("from the future is of the moment it came", () => {
    const state = mergeAll(createState(), [said(5, "2099-01-01T00:00:00.000Z")]);
    expect(readSource(state)?.observed_at).toBe("2026-11-20T12:00:00.000Z");
  });

  test("that is older than the one before changes nothing", () => {
    const state = mergeAll(createState(), [said(50, "2026-11-20T10:02:00.000Z")]);
    expect(mergeAll(state, [said(90, "2026-11-20T10:01:59.000Z")])).toBe(state);
  });

  test("that came before changes nothing, also after a restart", () => {
    const state = restart(mergeAll(createState(), [createReading()]));
    expect(mergeAll(state, [createReading()])).toBe(state);
  });

  test("that is newer counts, even when it is lower", () => {
    const state = mergeAll(createState(), [said(50, "2026-11-20T10:02:00.000Z"), said(3, "2026-11-20T10:02:01.000Z")]);
    expect(readSource(state)?.windows["five_hour"]?.utilization).toBe(3);
  });

  test("of one window leaves what the source said of another", () => {
    const window = { utilization: 9, resets_at: null };
    const week = said(0, "2026-11-20T10:03:00.000Z", { windows: { seven_day: window } });
    const state = mergeAll(createState(), [said(50, "2026-11-20T10:02:00.000Z"), week]);
    expect(readSource(state)?.windows).toEqual({
      five_hour: { utilization: 50, resets_at: null, observed_at: "2026-11-20T10:02:00.000Z" },
      seven_day: { ...window, observed_at: "2026-11-20T10:03:00.000Z" },
    });
  });

  test("of a source that reads the whole account drops what it does not name any more", () => {
    const window = { utilization: 9, resets_at: null };
    const source = "claude-code";
    const state = mergeAll(createState(), [
      said(0, "2026-11-20T10:02:00.000Z", { source, windows: { five_hour: window, seven_day_oauth_apps: window } }),
      said(50, "2026-11-20T10:03:00.000Z", { source }),
    ]);
    expect(Object.keys(readSource(state, source)?.windows ?? {})).toEqual(["five_hour"]);
  });

  test("names a model's window as the extension does", () => {
    const fable = { id: "scoped:fable", label: "Weekly, Fable", model: "Fable", scope: "model" } as const;
    const window = { utilization: 97, resets_at: null };
    const state = mergeAll(createState(createSnapshot({ windows: [createUsageWindow(fable)] })), [
      said(0, "2026-11-20T10:02:00.000Z", { source: "stream", windows: { seven_day_overage_included: window } }),
    ]);
    expect(Object.keys(readSource(state, "stream")?.windows ?? {})).toEqual(["scoped:fable"]);
    expect(readRows(state)[0]?.windows.map(({ id }) => id)).toEqual(["scoped:fable"]);
  });

  test("tells of money only from who reads the whole account", () => {
    const { money } = createSnapshot();
    const at = "2026-11-20T11:00:00.000Z";
    const read = (source: string) =>
      readRows(mergeAll(emptyState, [said(5, at, { source, money })]))[0]?.money?.used ?? null;
    expect(read("statusline")).toBeNull();
    expect(read("oauth")).toBe(money?.used);
  });
});

describe("a row that no browser reads", () => {
  const names = { org_name: "Example", plan: "Max 20x" } as const;
  const reading = createReading({ source: "claude-code", observed_at: "2026-11-20T11:59:50.000Z", ...names });
  const windows = { five_hour: { utilization: 97, resets_at: LATER_RESET } };

  test("is made by whoever names account and organisation", () => {
    const [row] = readRows(mergeAll(emptyState, [{ ...reading, windows }]));
    expect(row).toMatchObject({
      account_uuid: reading.account_uuid,
      account_email: "user@example.com",
      org_uuid: reading.org_uuid,
      ...names,
      browser: "",
      source: "extension",
      fetched_at: reading.observed_at,
      usage: null,
      money: null,
      windows: [{ id: "five_hour", label: "5-hour", scope: "account", utilization: 97, source: "claude-code" }],
      binding: "five_hour",
    });
    expect(row && toRow(row, NOON_MS)).toMatchObject({ source: "claude-code", state: "fresh", age_seconds: 10 });
  });

  test("is not made by who knows the organisation alone", () => {
    expect(readRows(mergeAll(emptyState, [{ ...reading, account_uuid: null, account_email: null }]))).toEqual([]);
  });

  test("is joined by the browser that reads it later", () => {
    const state = mergePost(
      mergeAll(emptyState, [reading]),
      createPost(),
      [{ sequence: 1, snapshot: createSnapshot() }],
      NOON_MS,
    );
    expect(readRows(state)).toHaveLength(1);
    expect(readRows(state)[0]).toMatchObject({ browser: "Chrome", usage: createSnapshot().usage });
  });

  test("is joined by a browser that could not look its account up", () => {
    const snapshot = createSnapshot({ account_uuid: null, account_email: null });
    const rows = readRows(mergeAll(createState(snapshot), [reading]));
    expect(rows.map(({ account_uuid }) => account_uuid)).toEqual([reading.account_uuid]);
  });

  test("is another one than that of a second account or organisation", () => {
    const others = [
      { ...reading, account_uuid: OTHER, account_email: "other@example.com" },
      { ...reading, org_uuid: OTHER },
    ];
    expect(readRows(mergeAll(createState(), others))).toHaveLength(3);
  });
});

test("a restart keeps every source", () => {
  const heard = mergeAll(createState(), [
    createReading(),
    said(50, "2026-11-20T10:02:00.000Z", { source: "proxy" }),
    said(50, "2026-11-20T10:02:00.000Z", { source: "claude-code", org_uuid: OTHER, org_name: "Example" }),
  ]);
  expect(readRows(restart(heard))).toEqual(readRows(heard));
  expect(readRows(restart(restart(heard)))).toEqual(readRows(heard));
});

test("the same readings give the same row in whatever order they come, before or after the browser's", () => {
  const anyReading = fc
    .record({
      source: fc.constantFrom("statusline", "stream", "proxy", "claude-code"),
      utilization: fc.integer({ min: 0, max: 100 }),
      second: fc.integer({ min: 0, max: 3 }),
      window: fc.constantFrom("five_hour", "seven_day", "seven_day_opus"),
    })
    .map(({ source, utilization, second, window }) =>
      said(0, `2026-11-20T11:59:0${second}.000Z`, { source, windows: { [window]: { utilization, resets_at: null } } }),
    );
  const snapshot = { sequence: 1, snapshot: createSnapshot({ fetched_at: "2026-11-20T11:59:01.000Z" }) };
  const merge = (entries: readonly (Reading | undefined)[]) =>
    entries.reduce<BridgeState>(
      (state, each) =>
        each ? mergeReading(state, each, NOON_MS) : mergePost(state, createPost(), [snapshot], NOON_MS),
      emptyState,
    );
  const shuffled = fc
    .array(anyReading, { maxLength: 6 })
    .map((readings) => [...readings, undefined])
    .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
  fc.assert(
    fc.property(shuffled, ([all, other]) => {
      expect(readRows(merge(other))).toEqual(readRows(merge(all)));
    }),
    { numRuns: 300 },
  );
});
