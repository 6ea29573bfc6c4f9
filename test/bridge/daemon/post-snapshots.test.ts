// The way in, step by step: whose post it is, which of its snapshots can be read, and when it is acknowledged.
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { createClockWatch } from "../../../bridge/daemon/clock-watch.ts";
import { createPostSnapshots } from "../../../bridge/daemon/routes/post-snapshots.ts";
import type { RowKeeper } from "../../../bridge/daemon/row-keeper.ts";
import type { Post } from "../../../shared/protocol.ts";
import { createPost, createSnapshot, createStatus, INSTALL_UUID } from "../../shared/wire-examples.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");

function createRoute(ingest: RowKeeper["ingest"]) {
  const nothing = async () => undefined;
  const rowKeeper: RowKeeper = {
    ingest,
    ingestPoll: nothing,
    ingestWitness: async () => true,
    forget: async () => true,
    forgetSilent: nothing,
    readStatus: () => createStatus(),
    onPublished: () => undefined,
    readRowKeys: () => [],
    settle: nothing,
  };
  return createPostSnapshots({
    rowKeeper,
    clock: createClockWatch(
      () => NOON,
      () => undefined,
    ),
    nameBrowser: async (post) => post.browser,
  });
}

function toRequest(post: Post, install: string | undefined = INSTALL_UUID) {
  const query = new URLSearchParams();
  return { path: "/snapshots", query, body: JSON.stringify(post), socket: new Socket(), install };
}

test("a paired browser can not speak for another one", async () => {
  const post = createRoute(async () => undefined);
  const other = "00000000-0000-4000-8000-0000000000ff";
  await expect(post(toRequest(createPost(), other))).rejects.toMatchObject({ code: "bad-body" });
});

test("another protocol is refused as such, so that the popup can say which side is old", async () => {
  const post = createRoute(async () => undefined);
  await expect(post(toRequest(createPost({ protocol: 2 })))).rejects.toMatchObject({ code: "unknown-protocol" });
});

test("a snapshot that can not be read costs only itself", async () => {
  const post = createRoute(async () => undefined);
  const snapshots = [
    { sequence: 1, snapshot: createSnapshot() },
    { sequence: 2, snapshot: { ...createSnapshot(), windows: "many" } },
  ];
  const answer = await post(toRequest(createPost({ snapshots })));
  expect(answer).toEqual({ status: 200, body: { acknowledged: [1], refused: [2] } });
});

test("a label stands behind the browser's name, and a profile without one keeps the bare name", async () => {
  const names: string[] = [];
  const post = createRoute(async ({ browser }) => void names.push(browser));
  await post(toRequest(createPost({ label: "work" })));
  await post(toRequest(createPost()));
  expect(names).toEqual(["Chrome (work)", "Chrome"]);
});

test("nothing is acknowledged before it is durable", async () => {
  const events: string[] = [];
  let finish = () => {};
  const written = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const post = createRoute(async () => {
    await written;
    events.push("durable");
  });
  const answered = Promise.resolve(post(toRequest(createPost()))).then(() => events.push("acknowledged"));
  setImmediate(finish);
  await answered;
  expect(events).toEqual(["durable", "acknowledged"]);
});
