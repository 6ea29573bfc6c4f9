// The scenarios of `npm run chaos` about what is on the disk, in short counts; and that their books notice what they are for.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { HistoryPoint } from "../../shared/history.ts";
import { readKnown } from "../chaos/ledger.ts";
import { findUnsafe } from "../chaos/order.ts";
import { createPlace } from "../chaos/place.ts";
import { playShort } from "../chaos/play-short.ts";
import { createRandom } from "../chaos/random.ts";
import { diskScenarios } from "../chaos/scenarios.ts";
import { canTrace } from "../chaos/strace.ts";
import { requireTool } from "../harness/require-tool.ts";

test.runIf(requireTool("strace"))(
  "strace may trace here, so no scenario leaves its part of the faults out",
  async () => {
    expect(await canTrace()).toBe(true);
  },
);

test.each(diskScenarios)("$name: nothing lost, nothing invented, no crash", playShort, 180_000);

test("the book notices a history and a row that are gone", async ({ onTestFinished }) => {
  const place = await createPlace();
  onTestFinished(place.remove);
  const random = createRandom("gone");
  while ((await place.post(random)) !== 200 || place.ledger().countAcknowledged() < 10);
  await place.kill();
  await rm(join(place.home, "history.sqlite"));
  await rm(join(place.home, "history.sqlite-wal"));
  await rm(join(place.home, "status.json"));
  await place.start();
  const lost = await place.findLost();
  for (const word of ["point", "row", "sequence"]) expect(lost.join("\n")).toContain(word);
});

test("the book notices a number that nobody sent", async ({ onTestFinished }) => {
  const place = await createPlace();
  onTestFinished(place.remove);
  const random = createRandom("invented");
  while ((await place.post(random)) !== 200);
  const { status, points } = await readKnown(place.home);
  expect(place.ledger().findInvented({ status, points })).toEqual([]);
  const higher = [...points].map(([series, own]) => {
    return [series, own.map(([at, used, resets]): HistoryPoint => [at, (used ?? 0) + 1, resets])] as const;
  });
  expect(place.ledger().findInvented({ status, points: new Map(higher) })).toHaveLength(higher.length);
});

test.each([
  ["nothing", [], []],
  ["the sync of the history", ["fsync(20</m/history.sqlite-wal>) = 0"], ["/m/history.sqlite-wal"]],
  ["the sync of the new file", ["fsync(26</m/status.json.a1.tmp>) = 0"], ["/m/status.json"]],
  ["the sync of the folder", ["fsync(26</m>) = 0"], ["/m"]],
  ["the rename", ['rename("/m/status.json.a1.tmp", "/m/status.json") = 0', "fsync(26</m>) = 0"], ["status.json"]],
])("an answer that left before %s is noticed", (_name, missing, unsafe) => {
  const answer = '10 writev(25<socket:[1]>, [{iov_base="HTTP/1.1 200 OK\\r"..., iov_len=385}], 3) = 418';
  const calls = [
    '10 pwrite64(20</m/history.sqlite-wal>, "7"..., 4096, 0) = 4096',
    "10 fsync(20</m/history.sqlite-wal>) = 0",
    '11 write(26</m/status.json.a1.tmp>, "{"..., 2767) = 2767',
    "12 fsync(26</m/status.json.a1.tmp>) = 0",
    '13 rename("/m/status.json.a1.tmp", "/m/status.json") = 0',
    "12 fsync(26</m>) = 0",
  ];
  const isMissing = (call: string) => missing.some((each) => call.endsWith(` ${each}`));
  expect(findUnsafe([...calls.filter((call) => !isMissing(call)), answer].join("\n"))).toEqual([unsafe]);
});

test("an answer that leaves while a sync is still under way is noticed", () => {
  const log = [
    '10 pwrite64(20</m/history.sqlite-wal>, "7"..., 4096, 0) = 4096',
    "11 fsync(20</m/history.sqlite-wal> <unfinished ...>",
    '10 writev(25<socket:[1]>, [{iov_base="HTTP/1.1 200 OK\\r"..., iov_len=385}], 3 <unfinished ...>',
    "11 <... fsync resumed>) = 0",
    "10 <... writev resumed>) = 418",
  ];
  expect(findUnsafe(log.join("\n"))).toEqual([["/m/history.sqlite-wal", "status.json"]]);
});
