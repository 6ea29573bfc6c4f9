// What is counted of the way in: what is durable, and each poll once.
import { expect, test } from "vitest";
import { countIngests, createCounts } from "../../../../bridge/daemon/metrics/counts.ts";
import { Refusal } from "../../../../bridge/daemon/refusal.ts";
import type { RowKeeper } from "../../../../bridge/daemon/row-keeper.ts";
import type { Post } from "../../../../shared/protocol.ts";
import { createPost, createSnapshot, createStatus, INSTALL_UUID } from "../../../shared/wire-examples.ts";

const nothing = async () => undefined;
const rowKeeper: RowKeeper = {
  ingest: nothing,
  ingestPoll: nothing,
  ingestReadings: () => Promise.resolve(0),
  forget: async () => true,
  forgetSilent: nothing,
  readStatus: () => createStatus(),
  readRowKeys: () => [],
  onPublished: () => undefined,
  settle: nothing,
};

const readable = [{ sequence: 1, snapshot: createSnapshot() }];

function createCounted(more: Partial<RowKeeper> = {}) {
  const counts = createCounts();
  return { counts, counted: countIngests({ ...rowKeeper, ...more }, counts) };
}

test("a post counts its readable snapshots and its unreadable ones", async () => {
  const { counts, counted } = createCounted();
  const post: Post = createPost({ snapshots: [...readable, { sequence: 2 }, { sequence: 3 }] });
  await counted.ingest(post, readable);
  expect(counts).toMatchObject({ ingestedSnapshots: 1, unreadableSnapshots: 2 });
});

test("what could not be written counts as nothing", async () => {
  const { counts, counted } = createCounted({ ingest: () => Promise.reject(new Refusal("disk-full")) });
  await expect(counted.ingest(createPost(), readable)).rejects.toMatchObject({ code: "disk-full" });
  expect(counts).toMatchObject({ ingestedSnapshots: 0, unreadableSnapshots: 0 });
  expect(counts.polls.get("ok")).toBe(0);
});

test("a poll that comes in several posts, or through both doors, counts once", async () => {
  const { counts, counted } = createCounted();
  const post = createPost();
  await counted.ingest(post, readable);
  await counted.ingest(post, []);
  await counted.ingestPoll(INSTALL_UUID, post.poll);
  await counted.ingestPoll(INSTALL_UUID, { ...post.poll, state: "offline", at: "2026-11-20T10:01:00.000Z" });
  expect(counts.polls.get("ok")).toBe(1);
  expect(counts.polls.get("offline")).toBe(1);
});
