// What listeners hear while status.json cannot be written, and what a gate is told then.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "vitest";
import { openRowKeeper } from "../../../bridge/daemon/row-keeper.ts";
import { test } from "../../harness/test.ts";
import { createPost, createSnapshot } from "../../shared/wire-examples.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const history = { append: async () => undefined, read: () => [], count: () => [], close: async () => undefined };

test("listeners are told of each reading, also of one that could not be written", async ({ folder }) => {
  const rowKeeper = await openRowKeeper({ folder, now: () => NOON, log: () => undefined, history });
  const heard: number[] = [];
  rowKeeper.onPublished(() => heard.push(rowKeeper.readStatus().rows.length));
  // As on a full disk: nothing can take the file's place.
  await mkdir(join(folder, "status.json", "in the way"), { recursive: true });
  const snapshot = createSnapshot({ fetched_at: "2026-11-20T11:59:00.000Z" });
  const ingested = rowKeeper.ingest(createPost(), [{ sequence: 1, snapshot }]);
  await expect(ingested).rejects.toMatchObject({ code: "disk-full" });
  expect(heard).toEqual([1]);
});
