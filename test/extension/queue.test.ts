// The queue: durable before it is shown, a day for each row, and a fuller reading in the place of the first.
import { IDBDatabase, IDBFactory } from "fake-indexeddb";
import "fake-indexeddb/auto";
import { beforeEach, describe, expect, test } from "vitest";
import { openDatabase } from "../../extension/database.ts";
import { keepSnapshots, readWaiting, removeWaiting, replaceSnapshots } from "../../extension/queue.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { ACCOUNT_UUID, createSnapshot, ORG_UUID } from "../shared/wire-examples.ts";

const DAY_OF_POLLS = 1440;
const OTHER_ACCOUNT = "00000000-0000-4000-8000-0000000000ab";
const snapshot = createSnapshot();

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

function toOrg(number: number): string {
  return `00000000-0000-4000-8000-00000000010${number}`;
}

function createRound(organisations: number): Snapshot[] {
  return Array.from({ length: organisations }, (_, index) => ({ ...snapshot, org_uuid: toOrg(index) }));
}

function countByRow(snapshots: readonly Snapshot[]): number[] {
  const counts = new Map<string, number>();
  for (const { account_uuid, org_uuid } of snapshots) {
    const row = `${account_uuid} ${org_uuid}`;
    counts.set(row, (counts.get(row) ?? 0) + 1);
  }
  return [...counts.values()];
}

describe("a day of readings waits", () => {
  test.each([1, 3, 5])("of each of %i organisations", async (organisations) => {
    const database = await openDatabase();
    const day = Array.from({ length: DAY_OF_POLLS }, () => createRound(organisations)).flat();
    expect((await keepSnapshots(database, day)).dropped).toBe(0);
    const kept = await keepSnapshots(database, createRound(organisations));
    expect(kept.dropped).toBe(organisations);
    const waiting = await readWaiting(database);
    expect(countByRow(waiting.map((each) => each.snapshot))).toEqual(new Array(organisations).fill(DAY_OF_POLLS));
    // The oldest are gone, and the newest are there.
    expect(waiting[0]?.sequence).toBe(organisations + 1);
    expect(waiting.at(-1)?.sequence).toBe(kept.sequences.at(-1));
  });

  test("of one account, however much another one of the same organisation adds", async () => {
    const database = await openDatabase();
    await keepSnapshots(database, [{ ...snapshot, account_uuid: OTHER_ACCOUNT }]);
    await keepSnapshots(
      database,
      Array.from({ length: DAY_OF_POLLS + 10 }, () => snapshot),
    );
    const accounts = (await readWaiting(database)).map((each) => each.snapshot.account_uuid);
    expect(accounts.filter((each) => each === OTHER_ACCOUNT)).toHaveLength(1);
    expect(accounts.filter((each) => each === ACCOUNT_UUID)).toHaveLength(DAY_OF_POLLS);
  });
});

test("a fuller reading takes the place of the first, or goes behind it where that has gone", async () => {
  const database = await openDatabase();
  const { sequences } = await keepSnapshots(database, [snapshot, { ...snapshot, org_uuid: toOrg(1) }]);
  const [first = 0, second = 0] = sequences;
  await removeWaiting(database, [first]);
  const fuller = (org_uuid: string) => ({ ...snapshot, org_uuid, errors: ["overage: offline"] });
  await replaceSnapshots(database, [
    { sequence: first, snapshot: fuller(ORG_UUID) },
    { sequence: second, snapshot: fuller(toOrg(1)) },
  ]);
  expect((await readWaiting(database)).map(({ sequence, snapshot: { org_uuid } }) => [sequence, org_uuid])).toEqual([
    [second, toOrg(1)],
    [second + 1, ORG_UUID],
  ]);
  expect((await readWaiting(database)).every((each) => each.snapshot.errors.length === 1)).toBe(true);
});

test("what is kept is on the disk before it is shown or sent", async () => {
  const database = await openDatabase();
  const { transaction } = IDBDatabase.prototype;
  const durabilities: unknown[] = [];
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    if (mode === "readwrite") durabilities.push(options?.durability);
    return transaction.call(this, stores, mode, options);
  };
  try {
    const { sequences } = await keepSnapshots(database, [snapshot]);
    await replaceSnapshots(database, [{ sequence: sequences[0] ?? 0, snapshot }]);
    await removeWaiting(database, sequences);
  } finally {
    IDBDatabase.prototype.transaction = transaction;
  }
  expect(durabilities).toEqual(["strict", "strict", "strict"]);
});
