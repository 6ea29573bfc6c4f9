// What leaves status.json by itself after 35 days, what leaves it at its user's word, and what stays.
import { describe, expect, test } from "vitest";
import { forgetRow, forgetSilent } from "../../../bridge/daemon/forget.ts";
import { mergeReading } from "../../../bridge/daemon/merge-reading.ts";
import { toRowKeys, toStatus } from "../../../bridge/daemon/to-status.ts";
import { createReading } from "../../shared/wire-examples.ts";
import { acme, ana, at, ben, bolt, nobody, read, TEN, tellAll, toRows, toUuid } from "./told.ts";

const DAY_SECONDS = 86_400;
const afterDays = (days: number) => TEN + days * DAY_SECONDS * 1000;
const onDay = (day: number) => day * DAY_SECONDS;
const toNames = (state: Parameters<typeof toRows>[0]) => toRows(state).map(({ account_email }) => account_email);
const toInstalls = (state: Parameters<typeof toRows>[0]) => [...state.installs.keys()];

describe("by itself", () => {
  test("a row that nobody has read for 35 days goes, and one that is read stays", () => {
    const state = tellAll(
      { install: 1, snapshots: [read(0, 10, ana)] },
      { install: 2, snapshots: [read(onDay(36), 20, ben)], receivedAt: onDay(36) },
    );
    expect(toNames(forgetSilent(state, afterDays(36)))).toEqual(["ben@example.com"]);
  });

  test("not a second earlier, and then nothing changes at all", () => {
    const state = tellAll({ snapshots: [read(0, 10)] });
    expect(forgetSilent(state, afterDays(35))).toBe(state);
    expect(forgetSilent(state, afterDays(35) + 1000).rows.size).toBe(0);
  });

  test("a row that only fails goes as well: its number is as old", () => {
    const state = tellAll({ snapshots: [read(0, 10), read(onDay(36), undefined)], receivedAt: onDay(36) });
    expect(toRows(forgetSilent(state, afterDays(36)))).toEqual([]);
  });

  test("a row of which Claude Code still tells stays", () => {
    const { account_uuid } = ana;
    const post = createReading({ account_uuid, org_uuid: acme.org_uuid, observed_at: at(onDay(20)) });
    const state = mergeReading(tellAll({ snapshots: [read(0, 10)] }), post, afterDays(20));
    expect(toNames(forgetSilent(state, afterDays(36)))).toEqual(["ana@example.com"]);
    expect(forgetSilent(state, afterDays(56)).rows.size).toBe(0);
  });

  test("an install that has been silent goes, whatever it read, and takes no row of others along", () => {
    const state = tellAll(
      { install: 1, snapshots: [read(0, 10)] },
      { install: 2, snapshots: [read(onDay(36), 20)], receivedAt: onDay(36) },
    );
    const left = forgetSilent(state, afterDays(36));
    expect(toInstalls(left)).toEqual([toUuid("install", 2)]);
    expect(toRows(left)).toHaveLength(1);
  });

  test("three hundred profiles that are gone leave a file as small as before them", () => {
    const dead = Array.from({ length: 300 }, (_, index) => ({ install: 10 + index, snapshots: [read(0, 10)] }));
    const alive = { install: 1, snapshots: [read(onDay(36), 20)], receivedAt: onDay(36) };
    const left = forgetSilent(tellAll(...dead, alive), afterDays(36));
    expect(toStatus(left, afterDays(36)).installs).toHaveLength(1);
  });

  test("what a browser saw long ago of a row that is gone goes with it", () => {
    const state = tellAll(
      { snapshots: [read(0, 10, bolt)] },
      { snapshots: [read(onDay(36), 20, acme)], receivedAt: onDay(36) },
    );
    const [install] = toStatus(forgetSilent(state, afterDays(36)), afterDays(36)).installs;
    expect(install?.seen.map(({ org_uuid }) => org_uuid)).toEqual([acme.org_uuid]);
  });

  test("history of before the account was known is still found once all who saw that are gone", () => {
    const state = tellAll(
      { install: 1, snapshots: [read(0, 10, nobody)] },
      { install: 2, snapshots: [read(onDay(36), 20)], receivedAt: onDay(36) },
    );
    expect(toRowKeys(forgetSilent(state, afterDays(36)))[0]?.keys).toContain(`${acme.org_uuid} ?`);
  });
});

describe("at its user's word", () => {
  const state = tellAll({ snapshots: [read(0, 10, ana), read(0, 20, ben), read(0, 30, bolt)] });
  const anaAtAcme = { ...ana, org_uuid: acme.org_uuid };

  test("that row goes, with what the browsers saw of it, and no other", () => {
    const left = forgetRow(state, anaAtAcme);
    expect(toRows(left).map(({ account_email, org_name }) => `${account_email} ${org_name}`)).toEqual([
      "ana@example.com Bolt",
      "ben@example.com Acme",
    ]);
    expect(toStatus(left, TEN).installs.flatMap(({ seen }) => seen)).toHaveLength(2);
  });

  test("what was read before its account was known goes with it", () => {
    const joined = tellAll({ snapshots: [read(0, 10, nobody), read(60, 20, ana)] });
    expect(forgetRow(joined, anaAtAcme).rows.size).toBe(0);
  });

  test("a row that is not there changes nothing", () => {
    expect(forgetRow(state, { ...ben, org_uuid: bolt.org_uuid })).toBe(state);
  });

  test("whoever reads it again brings it back", () => {
    const again = { snapshots: [read(60, 11, ana)], firstSequence: 10 };
    expect(toRows(tellAll({ snapshots: [read(0, 10)] }, again))).toHaveLength(1);
  });
});
