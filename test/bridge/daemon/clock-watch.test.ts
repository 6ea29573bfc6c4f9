// A clock that is behind is noticed by the dates of the readings, told once, and forgotten when it is right again.
import { expect, test } from "vitest";
import { createClockWatch } from "../../../bridge/daemon/clock-watch.ts";
import { createSnapshot } from "../../shared/wire-examples.ts";

const at = (fetched_at: string) => [{ sequence: 1, snapshot: createSnapshot({ fetched_at }) }];

test("a reading dated ahead is told once, and no longer once the dates are right", () => {
  const told: string[] = [];
  const clock = createClockWatch(
    () => Date.parse("2026-11-20T10:00:00.000Z"),
    (event) => told.push(event),
  );
  clock.note(at("2026-11-20T10:00:59.000Z"));
  expect(clock.readAheadSeconds()).toBe(0);
  clock.note(at("2026-11-20T11:00:00.000Z"));
  clock.note(at("2026-11-20T11:01:00.000Z"));
  clock.note([]);
  expect(clock.readAheadSeconds()).toBe(3660);
  expect(told).toEqual(["clock: a reading is dated 3600 s ahead of this computer's clock"]);
  clock.note(at("2026-11-20T09:59:00.000Z"));
  expect(clock.readAheadSeconds()).toBe(0);
});
