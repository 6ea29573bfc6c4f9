// In which order waiting snapshots go, and in how many posts.
import { expect, test } from "vitest";
import { toBatches } from "../../extension/batches.ts";
import type { Waiting } from "../../extension/queue.ts";
import { MAX_BATCH, MAX_BODY_BYTES } from "../../shared/protocol.ts";
import { createSnapshot, ORG_UUID } from "../shared/wire-examples.ts";

const OTHER_ORG = "00000000-0000-4000-8000-0000000000b7";

function createWaiting(sequence: number, org_uuid: string = ORG_UUID, filler = ""): Waiting {
  return { sequence, snapshot: createSnapshot({ org_uuid, usage: { filler } }) };
}

test("the newest of each row goes first, then the others as they came", () => {
  const waiting = [createWaiting(1), createWaiting(2, OTHER_ORG), createWaiting(3), createWaiting(4)];
  const [batch] = toBatches(waiting);
  expect(batch?.map(({ sequence }) => sequence)).toEqual([4, 2, 1, 3]);
});

test("a post holds as many as the bridge takes", () => {
  const waiting = Array.from({ length: 2 * MAX_BATCH + 1 }, (_, index) => createWaiting(index + 1));
  expect(toBatches(waiting).map(({ length }) => length)).toEqual([MAX_BATCH, MAX_BATCH, 1]);
});

test("a post is no larger than the bridge takes", () => {
  const filler = "x".repeat(MAX_BODY_BYTES / 3);
  const waiting = [1, 2, 3].map((sequence) => createWaiting(sequence, ORG_UUID, filler));
  expect(toBatches(waiting).map(({ length }) => length)).toEqual([2, 1]);
});
