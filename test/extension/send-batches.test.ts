// What a bridge that refuses a whole post costs: the snapshots for which it does, and no other.
import { describe, expect, test } from "vitest";
import type { Answered } from "../../extension/bridge.ts";
import type { Waiting } from "../../extension/queue.ts";
import { sendBatches } from "../../extension/send-batches.ts";
import type { Acknowledgement } from "../../shared/protocol.ts";
import { createSnapshot } from "../shared/wire-examples.ts";

const snapshot = createSnapshot();
type Answer = Answered<Acknowledgement>;

function createBatch(first: number, length: number): Waiting[] {
  return Array.from({ length }, (_, index) => ({ sequence: first + index, snapshot }));
}

/** What came of two full batches at a bridge that answers by what is in a post. */
async function send(decide: (sequences: readonly number[]) => Exclude<Answer, { kind: "answered" }> | undefined) {
  const acknowledged: number[] = [];
  const refused: [number, number][] = [];
  let posts = 0;
  const hindrance = await sendBatches([createBatch(1, 50), createBatch(51, 50)], {
    post: async (snapshots) => {
      posts += 1;
      const sequences = snapshots.map(({ sequence }) => sequence);
      const refusal = decide(sequences);
      return await Promise.resolve(refusal ?? { kind: "answered", value: { acknowledged: sequences, refused: [] } });
    },
    onAnswered: async (_snapshots, answer) => void acknowledged.push(...answer.acknowledged),
    onRefused: async ({ sequence }, status) => void refused.push([sequence, status]),
  });
  return { acknowledged: acknowledged.toSorted((a, b) => a - b), refused, posts, hindrance };
}

const refuse = (status: number) => ({ kind: "refused", status, waitMs: 0 }) as const;
const all = Array.from({ length: 100 }, (_, index) => index + 1);

describe("a post that is refused for what is in it is split", () => {
  test.each([
    [400, [1]],
    [413, [50]],
    [500, [37, 38, 100]],
  ])("with %i, for %j", async (status, poison) => {
    const sent = await send((sequences) =>
      sequences.some((each) => poison.includes(each)) ? refuse(status) : undefined,
    );
    expect(sent.refused).toEqual(poison.map((each) => [each, status]));
    expect(sent.acknowledged).toEqual(all.filter((each) => !poison.includes(each)));
    expect(sent.hindrance).toBeUndefined();
    expect(sent.posts).toBeLessThan(40);
  });
});

test("a bridge that refuses an empty post as well has nothing against a snapshot", async () => {
  const sent = await send(() => refuse(400));
  expect(sent).toEqual({ acknowledged: [], refused: [], posts: 2, hindrance: refuse(400) });
});

describe("what says nothing about the snapshots ends the sending", () => {
  test.each<[string, Exclude<Answer, { kind: "answered" }>]>([
    ["a full disk", refuse(507)],
    ["a bridge that is busy", refuse(429)],
    ["silence", { kind: "silent" }],
    ["an answer without proof", { kind: "unproven" }],
  ])("%s", async (_name, answer) => {
    const sent = await send((sequences) => (sequences.includes(51) ? answer : undefined));
    expect(sent).toEqual({ acknowledged: all.slice(0, 50), refused: [], posts: 2, hindrance: answer });
  });
});

test("with nothing waiting an empty post says how the last look went", async () => {
  const posts: number[] = [];
  await sendBatches([], {
    post: async ({ length }) => {
      posts.push(length);
      return await Promise.resolve({ kind: "answered", value: { acknowledged: [], refused: [] } });
    },
    onAnswered: () => Promise.resolve(),
    onRefused: () => Promise.resolve(),
  });
  expect(posts).toEqual([0]);
});
