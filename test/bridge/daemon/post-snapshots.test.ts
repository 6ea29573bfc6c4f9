// The way in, step by step: whose post it is, which of its snapshots can be read, and when it is acknowledged.
import { Socket } from "node:net";
import { expect, test } from "vitest";
import { createClockWatch } from "../../../bridge/daemon/clock-watch.ts";
import { createLeaders } from "../../../bridge/daemon/leaders.ts";
import { createPostSnapshots } from "../../../bridge/daemon/routes/post-snapshots.ts";
import type { RowKeeper } from "../../../bridge/daemon/row-keeper.ts";
import type { Post } from "../../../shared/protocol.ts";
import {
  ACCOUNT_UUID,
  createInstall,
  createPost,
  createRowWindow,
  createSnapshot,
  createStatus,
  createStoredRow,
  INSTALL_UUID,
  ORG_UUID,
} from "../../shared/wire-examples.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");

function createRoute(ingest: RowKeeper["ingest"], status = createStatus()) {
  const nothing = async () => undefined;
  const rowKeeper: RowKeeper = {
    ingest,
    ingestPoll: nothing,
    ingestReadings: () => Promise.resolve(0),
    forget: async () => true,
    forgetSilent: nothing,
    readStatus: () => status,
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
    leaders: createLeaders(() => NOON),
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
  expect(answer).toMatchObject({ status: 200, body: { acknowledged: [1], refused: [2] } });
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

/** As the file holds a window whose reset has passed. */
const ROLLED = createRowWindow({ state: "rolled", utilization: null, last_known: 77 });
const OTHER_INSTALL = "00000000-0000-4000-8000-0000000000ff";
const row = { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID };

test("the first browser that is heard is told that it reads the row, an older one by what it has read", async () => {
  const post = createRoute(async () => undefined);
  const own = { ...row, is_own: true, browser: "Chrome", wait_ms: 0 };
  expect(await post(toRequest(createPost()))).toMatchObject({ body: { leads: [own] } });
  expect(await post(toRequest(createPost({ reads: [row], snapshots: [] })))).toMatchObject({ body: { leads: [own] } });
});

test("another browser is told who reads the row, and what it read", async () => {
  const installs = [createInstall({ browser: "Chrome (work)" })];
  const known = createStoredRow({ windows: [ROLLED] });
  const post = createRoute(async () => undefined, createStatus({ installs, rows: [known] }));
  await post(toRequest(createPost()));
  const standBy = createPost({ install: OTHER_INSTALL, reads: [row], snapshots: [] });
  const { usage, ...bare } = createSnapshot();
  const windows = [{ ...bare.windows[0], utilization: 77 }];
  expect(await post(toRequest(standBy, OTHER_INSTALL))).toEqual({
    status: 200,
    body: {
      acknowledged: [],
      refused: [],
      leads: [{ ...row, is_own: false, browser: "Chrome (work)", wait_ms: 0, row: { ...bare, windows } }],
    },
  });
});
