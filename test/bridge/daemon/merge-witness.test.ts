// What the bridge keeps of the witnesses it hears, and that a restart keeps it too.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BridgeState, emptyState, mergePost, restoreState } from "../../../bridge/daemon/merge.ts";
import { mergeWitness } from "../../../bridge/daemon/merge-witness.ts";
import { toStatus } from "../../../bridge/daemon/to-status.ts";
import { statusSchema } from "../../../shared/row.ts";
import type { WitnessPost } from "../../../shared/witness.ts";
import { createPost, createSnapshot, createWitness, createWitnessPost } from "../../shared/wire-examples.ts";

const NOON_MS = Date.parse("2026-11-20T12:00:00.000Z");
const OTHER = "00000000-0000-4000-8000-0000000000dd";

function createState(): BridgeState {
  return mergePost(emptyState, createPost(), [{ sequence: 1, snapshot: createSnapshot() }], NOON_MS);
}

function said(utilization: number, observedAt: string): WitnessPost {
  return createWitnessPost({ observed_at: observedAt, windows: { five_hour: { utilization, resets_at: null } } });
}

function readWitness(state: BridgeState) {
  return toStatus(state, NOON_MS).rows[0]?.witness;
}

describe("a witness", () => {
  test("of a known row is published beside it", () => {
    expect(readWitness(mergeWitness(createState(), createWitnessPost(), NOON_MS))).toEqual(createWitness());
  });

  test.each([
    ["of another account", { account_uuid: OTHER }],
    ["of another organisation", { org_uuid: OTHER }],
  ])("%s is not kept", (_name, change) => {
    const state = createState();
    expect(mergeWitness(state, createWitnessPost(change), NOON_MS)).toBe(state);
  });

  test("from the future is of the moment it came", () => {
    const state = mergeWitness(createState(), said(5, "2099-01-01T00:00:00.000Z"), NOON_MS);
    expect(readWitness(state)?.observed_at).toBe("2026-11-20T12:00:00.000Z");
  });

  test("that is older than the one before changes nothing", () => {
    const state = mergeWitness(createState(), said(50, "2026-11-20T10:02:00.000Z"), NOON_MS);
    expect(mergeWitness(state, said(90, "2026-11-20T10:01:59.000Z"), NOON_MS)).toBe(state);
  });

  test("that is newer counts, even when it is lower", () => {
    const state = mergeWitness(createState(), said(50, "2026-11-20T10:02:00.000Z"), NOON_MS);
    const next = mergeWitness(state, said(3, "2026-11-20T10:02:01.000Z"), NOON_MS);
    expect(readWitness(next)?.windows.five_hour?.utilization).toBe(3);
  });

  test("leaves what the extension said as it is", () => {
    const before = toStatus(createState(), NOON_MS).rows[0];
    const { witness, ...after } =
      toStatus(mergeWitness(createState(), createWitnessPost(), NOON_MS), NOON_MS).rows[0] ?? {};
    expect(after).toEqual(before);
  });

  test("outlives the next snapshot", () => {
    const heard = mergeWitness(createState(), createWitnessPost(), NOON_MS);
    const snapshot = createSnapshot({ fetched_at: "2026-11-20T10:05:00.000Z" });
    const next = mergePost(heard, createPost(), [{ sequence: 2, snapshot }], NOON_MS);
    expect(readWitness(next)).toEqual(createWitness());
  });

  test("outlives a restart", () => {
    const heard = mergeWitness(createState(), createWitnessPost(), NOON_MS);
    const written: unknown = JSON.parse(JSON.stringify(toStatus(heard, NOON_MS)));
    const restored = restoreState(statusSchema.parse(written));
    expect(restored.witnesses).toEqual(heard.witnesses);
    expect(toStatus(restored, NOON_MS).rows).toEqual(toStatus(heard, NOON_MS).rows);
  });
});

test("the same witnesses give the same row in whatever order they come", () => {
  const seconds = fc.integer({ min: 0, max: 3 });
  const post = fc
    .tuple(fc.integer({ min: 0, max: 100 }), seconds)
    .map(([utilization, second]) => said(utilization, `2026-11-20T10:02:0${second}.000Z`));
  const pair = fc
    .array(post, { maxLength: 6 })
    .chain((posts) =>
      fc.tuple(fc.constant(posts), fc.shuffledSubarray(posts, { minLength: posts.length, maxLength: posts.length })),
    );
  const mergeAll = (posts: readonly WitnessPost[]) =>
    posts.reduce((state, each) => mergeWitness(state, each, NOON_MS), createState());
  fc.assert(
    fc.property(pair, ([posts, shuffled]) => {
      expect(readWitness(mergeAll(shuffled))).toEqual(readWitness(mergeAll(posts)));
    }),
    { numRuns: 300 },
  );
});
