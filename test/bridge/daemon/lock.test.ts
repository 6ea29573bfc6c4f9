// The lock of the state folder: one holder, and of several that reach for it together always one.
import { join } from "node:path";
import { expect } from "vitest";
import { acquireLock } from "../../../bridge/daemon/lock.ts";
import { openDatabase } from "../../../bridge/state/sqlite.ts";
import { test } from "../../harness/test.ts";

const lockIn = (folder: string) => acquireLock({ folder, now: Date.now, log: () => undefined });

test("a hold of a moment, as another that starts has it, does not keep a bridge from starting", async ({ folder }) => {
  const other = await openDatabase(join(folder, "lock.db"));
  other.exec("BEGIN IMMEDIATE");
  const lock = lockIn(folder);
  setTimeout(() => other.close(), 40);
  expect(await lock).toBeDefined();
  (await lock)?.release();
});

test("who holds it for life keeps every other bridge away, and leaves it to the next", async ({ folder }) => {
  const lock = await lockIn(folder);
  expect(await lockIn(folder)).toBeUndefined();
  lock?.release();
  const next = await lockIn(folder);
  expect(next).toBeDefined();
  next?.release();
});
