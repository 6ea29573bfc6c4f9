// What becomes of a snapshot that the bridge refused: held for another version, given up after a day, dropped only when
// no version could read it.
import { describe, expect, test } from "vitest";
import { type Held, isUnreadable, sortWaiting, toSample, type Versions } from "../../extension/held.ts";
import type { Waiting } from "../../extension/queue.ts";
import { MAX_BODY_BYTES } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";
import { createFailedSnapshot, createSnapshot } from "../shared/wire-examples.ts";

const NOW = Date.parse("2026-11-20T10:00:00.000Z");
const HOUR = 3_600_000;
const versions: Versions = { bridge: "0.2.0", extension: "0.1.0" };

function createWaiting(sequence: number, ageMs = HOUR): Waiting {
  return { sequence, snapshot: createSnapshot({ fetched_at: toIso(NOW - ageMs) }) };
}

function sort(waiting: readonly Waiting[], held: Held | undefined) {
  const { toSend, held: kept, expired } = sortWaiting(waiting, held, versions, NOW);
  const toSequences = (entries: readonly Waiting[]) => entries.map(({ sequence }) => sequence);
  return { toSend: toSequences(toSend), held: toSequences(kept), expired: toSequences(expired) };
}

describe("of what waits", () => {
  const waiting = [createWaiting(1), createWaiting(2), createWaiting(3)];
  const held = { ...versions, sequences: [1, 2] };

  test("everything is sent while nothing was refused", () => {
    expect(sort(waiting, undefined)).toEqual({ toSend: [1, 2, 3], held: [], expired: [] });
  });

  test("what this bridge refused is held, and newer snapshots are sent", () => {
    expect(sort(waiting, held)).toEqual({ toSend: [3], held: [1, 2], expired: [] });
  });

  test.each([
    ["the bridge was updated", { ...held, bridge: "0.1.0" }],
    ["this extension was updated", { ...held, extension: "0.0.9" }],
  ])("all of it is sent again when %s", (_name, before) => {
    expect(sort(waiting, before)).toEqual({ toSend: [1, 2, 3], held: [], expired: [] });
  });

  test("what was held for a day is given up", () => {
    const old = [createWaiting(1, 25 * HOUR), createWaiting(2, 23 * HOUR), createWaiting(3, 25 * HOUR)];
    expect(sort(old, held)).toEqual({ toSend: [3], held: [2], expired: [1] });
  });

  test("what has left the queue is held no longer", () => {
    expect(sort([createWaiting(3)], held)).toEqual({ toSend: [3], held: [], expired: [] });
  });
});

describe("no version could ever read", () => {
  test.each<[string, object, boolean]>([
    ["a snapshot of this version", createSnapshot(), false],
    ["a failed read", createFailedSnapshot(), false],
    ["one with a field of a later version", { ...createSnapshot(), later: 1 }, false],
    ["one without an organisation", { ...createSnapshot(), org_uuid: undefined }, true],
    ["one larger than any post may be", createSnapshot({ usage: { text: "x".repeat(MAX_BODY_BYTES) } }), true],
  ])("%s: %s", (_name, snapshot, is) => {
    const entry = { sequence: 1, snapshot: Object.assign(createSnapshot(), snapshot) };
    expect(isUnreadable(entry)).toBe(is);
  });
});

test("a sample of what was dropped says what was in it, and whose it was to nobody", () => {
  const usage = { five_hour: { utilization: 42 }, "naïve <key>": null };
  const entry = { sequence: 1, snapshot: createSnapshot({ usage }) };
  const sample = toSample(entry, "refused with 400");
  expect(sample).toMatch(/^refused with 400, \d+ bytes, usage: five_hour na\?ve\?\?key\?$/);
  expect(sample).not.toContain(entry.snapshot.account_email);
  expect(toSample({ sequence: 1, snapshot: createSnapshot({ usage: null }) }, "unreadable")).toMatch(/usage: none$/);
});
