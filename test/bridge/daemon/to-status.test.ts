// Which snapshots are one row, who reads it, and whose complaint is shown: the published form of what the bridge knows.
import { describe, expect, test } from "vitest";
import { restoreState } from "../../../bridge/daemon/merge.ts";
import { toStatus } from "../../../bridge/daemon/to-status.ts";
import { statusSchema } from "../../../shared/row.ts";
import type { Snapshot } from "../../../shared/snapshot.ts";
import { createUsageWindow } from "../../shared/wire-examples.ts";
import { ana, at, ben, bolt, nobody, read, TEN, type Told, tellAll, toLine, toRows } from "./told.ts";

const [arc, brave, chrome, edge] = [0, 1, 2, 3];
const emailOnly = { account_uuid: null, account_email: ana.account_email };

describe("rows", () => {
  test.each<{ name: string; snapshots: Snapshot[]; lines: string[] }>([
    {
      name: "two organisations of one e-mail are two",
      snapshots: [read(0, 10), read(1, 20, bolt)],
      lines: ["ana@example.com Acme 10 % at 0 s", "ana@example.com Bolt 20 % at 1 s"],
    },
    {
      name: "two seats of one organisation are two",
      snapshots: [read(0, 10), read(1, 20, ben)],
      lines: ["ana@example.com Acme 10 % at 0 s", "ben@example.com Acme 20 % at 1 s"],
    },
    {
      name: "two accounts that share an e-mail are two",
      snapshots: [read(0, 10), read(1, 20, { account_uuid: ben.account_uuid })],
      lines: ["ana@example.com Acme 10 % at 0 s", "ana@example.com Acme 20 % at 1 s"],
    },
    {
      name: "an account whose e-mail changes stays one",
      snapshots: [read(0, 10), read(1, 20, { account_email: "new@example.com" })],
      lines: ["new@example.com Acme 20 % at 1 s"],
    },
    {
      name: "an organisation that is renamed stays one",
      snapshots: [read(0, 10), read(1, 20, { org_name: "Acme & Sons" })],
      lines: ["ana@example.com Acme & Sons 20 % at 1 s"],
    },
    {
      name: "an unknown account joins the only one of its organisation, and takes its names",
      snapshots: [read(0, 10), read(1, 20, nobody)],
      lines: ["ana@example.com Acme 20 % at 1 s"],
    },
    {
      name: "the same when it came first",
      snapshots: [read(1, 20, nobody), read(0, 10)],
      lines: ["ana@example.com Acme 20 % at 1 s"],
    },
    {
      name: "an unknown account that is older changes nothing",
      snapshots: [read(1, 10), read(0, 20, nobody)],
      lines: ["ana@example.com Acme 10 % at 1 s"],
    },
    {
      name: "an unknown account stands alone where two share the organisation",
      snapshots: [read(0, 10), read(1, 20, ben), read(2, 30, nobody)],
      lines: ["null null 30 % at 2 s", "ana@example.com Acme 10 % at 0 s", "ben@example.com Acme 20 % at 1 s"],
    },
    {
      name: "an unknown account does not join an account of another organisation",
      snapshots: [read(0, 10), read(1, 20, { ...nobody, org_uuid: bolt.org_uuid })],
      lines: ["null null 20 % at 1 s", "ana@example.com Acme 10 % at 0 s"],
    },
    {
      name: "an unknown account alone is a row",
      snapshots: [read(0, 10, nobody), read(1, 20, nobody)],
      lines: ["null null 20 % at 1 s"],
    },
    {
      name: "an e-mail is the account that has it",
      snapshots: [read(0, 10), read(1, 20, emailOnly), read(2, 5, ben)],
      lines: ["ana@example.com Acme 20 % at 1 s", "ben@example.com Acme 5 % at 2 s"],
    },
    {
      name: "an e-mail that nobody here has is a row of its own",
      snapshots: [read(0, 10, ben), read(1, 20, emailOnly)],
      lines: ["ana@example.com Acme 20 % at 1 s", "ben@example.com Acme 10 % at 0 s"],
    },
    {
      name: "an unknown account joins an account of which only the e-mail is known",
      snapshots: [read(0, 10, emailOnly), read(1, 20, nobody)],
      lines: ["ana@example.com Acme 20 % at 1 s"],
    },
    {
      name: "an unknown account stands alone between an account and an e-mail of somebody else",
      snapshots: [read(0, 10, ben), read(1, 20, emailOnly), read(2, 30, nobody)],
      lines: ["null null 30 % at 2 s", "ana@example.com Acme 20 % at 1 s", "ben@example.com Acme 10 % at 0 s"],
    },
  ])("$name", ({ snapshots, lines }) => {
    for (const order of [snapshots, snapshots.toReversed()]) {
      const found = toRows(tellAll({ snapshots: order })).map((row) =>
        toLine({ ...row, browser: "" }).replace(" by ", ""),
      );
      expect(found.toSorted()).toEqual(lines.toSorted());
    }
  });

  test("are in the same order whoever reported first", () => {
    const snapshots = [read(0, 1, { ...ben, ...bolt }), read(0, 2, ben), read(0, 3, bolt), read(0, 4)];
    const names = (order: Snapshot[]) =>
      toRows(tellAll({ snapshots: order })).map((row) => `${row.account_email} ${row.org_name}`);
    expect(names(snapshots)).toEqual([
      "ana@example.com Acme",
      "ana@example.com Bolt",
      "ben@example.com Acme",
      "ben@example.com Bolt",
    ]);
    expect(names(snapshots.toReversed())).toEqual(names(snapshots));
  });
});

describe("the browsers of a row", () => {
  test.each<{ name: string; told: Told[]; browser: string }>([
    { name: "one", told: [{ snapshots: [read(0, 10)] }], browser: "Chrome" },
    {
      name: "are a set in a fixed order, whatever was told last",
      told: [
        { snapshots: [read(9, 10)], install: edge },
        { snapshots: [read(0, 10)], install: arc },
        { snapshots: [read(5, 10)] },
      ],
      browser: "Arc, Chrome, Edge",
    },
    {
      name: "name two profiles of one browser once",
      told: [
        { snapshots: [read(0, 10)], install: 7 },
        { snapshots: [read(1, 10)], install: 8 },
      ],
      browser: "Chrome",
    },
    {
      name: "tell two labelled profiles of one browser apart",
      told: [
        { install: 2, browser: "Chrome (work)", snapshots: [read(0, 10)] },
        { install: 3, browser: "Chrome (home)", snapshots: [read(1, 10)] },
      ],
      browser: "Chrome (home), Chrome (work)",
    },
    {
      name: "count those that could not look up the account",
      told: [{ snapshots: [read(0, 10)] }, { snapshots: [read(1, 20, nobody)], install: arc }],
      browser: "Arc, Chrome",
    },
    {
      name: "count those that have seen only failures",
      told: [{ snapshots: [read(0, 10)] }, { snapshots: [read(1, undefined)], install: arc }],
      browser: "Arc, Chrome",
    },
    {
      name: "forget who has not looked for a week",
      told: [{ snapshots: [read(-7 * 86_400 - 1, 10)], install: arc }, { snapshots: [read(0, 20)] }],
      browser: "Chrome",
    },
    {
      name: "keep who looked within the week",
      told: [{ snapshots: [read(-7 * 86_400, 10)], install: arc }, { snapshots: [read(0, 20)] }],
      browser: "Arc, Chrome",
    },
    {
      name: "count those that stand by, whether they have ever read it or not",
      told: [
        { snapshots: [read(-8 * 86_400, 10)], install: arc },
        { snapshots: [], install: arc, isReader: true, poll: { at: at(1) } },
        { snapshots: [], install: brave, isReader: true, poll: { at: at(1) } },
        { snapshots: [read(0, 20)] },
      ],
      browser: "Arc, Brave, Chrome",
    },
    {
      name: "forget who has not stood by for a week, and who is signed out",
      told: [
        { snapshots: [], install: arc, isReader: true, poll: { at: at(-7 * 86_400 - 1) } },
        { snapshots: [], install: brave, isReader: true, poll: { at: at(1), state: "signed-out" } },
        { snapshots: [read(0, 20)] },
      ],
      browser: "Chrome",
    },
    {
      name: "do not count those that read another organisation",
      told: [{ snapshots: [read(0, 10)] }, { snapshots: [read(1, 10, bolt)], install: arc }],
      browser: "Chrome",
    },
  ])("$name", ({ told, browser }) => {
    const [row] = toRows(tellAll(...told)).filter(({ org_name }) => org_name === "Acme");
    expect(row?.browser).toBe(browser);
    const [again] = toRows(restoreState(toStatus(tellAll(...told), TEN + 3_600_000))).filter(
      ({ org_name }) => org_name === "Acme",
    );
    expect(again?.browser).toBe(browser);
  });
});

describe("complaints", () => {
  const signedOut = (seconds: number) => ({ snapshots: [], poll: { state: "signed-out", at: at(seconds) } }) as const;

  test.each<{ name: string; told: Told[]; errors: string[] }>([
    { name: "none", told: [{ snapshots: [read(0, 10)] }], errors: [] },
    {
      name: "of the only browser count",
      told: [{ snapshots: [read(0, 10)] }, signedOut(60)],
      errors: ["account: signed-out"],
    },
    {
      name: "of one are covered by a fresh value of another",
      told: [
        { snapshots: [read(0, 10)] },
        { ...signedOut(100), install: arc },
        { snapshots: [read(0, 5)], install: arc },
      ],
      errors: [],
    },
    {
      name: "of one are not covered by a value of another that is no longer fresh",
      told: [
        { snapshots: [read(0, 10)] },
        { snapshots: [read(0, 5)], install: arc },
        { ...signedOut(151), install: arc },
      ],
      errors: ["account: signed-out"],
    },
    {
      name: "of one are covered again when the other reads again",
      told: [
        { snapshots: [read(0, 10), read(240, 11)] },
        { snapshots: [read(0, 5)], install: arc },
        { ...signedOut(151), install: arc },
      ],
      errors: [],
    },
    {
      name: "about another organisation are not shown here",
      told: [{ snapshots: [read(0, 10), read(60, undefined, bolt)] }],
      errors: [],
    },
    {
      name: "that came with the value itself always count",
      told: [
        { snapshots: [read(60, 10, { errors: ["overage: not-available"] })] },
        { snapshots: [read(0, 10)], install: arc },
      ],
      errors: ["overage: not-available"],
    },
    {
      name: "of two browsers are joined, each once",
      told: [
        { snapshots: [read(0, 10), read(300, undefined)], install: arc },
        { snapshots: [read(0, 10), read(300, undefined)], install: brave },
        { ...signedOut(300), install: chrome },
        { snapshots: [read(0, 10)], install: chrome },
      ],
      errors: ["account: signed-out", "usage: server-error"],
    },
    {
      name: "of a read whose account lookup failed as well are the only row's",
      told: [{ snapshots: [read(0, 10), read(300, undefined, nobody)] }],
      errors: ["usage: server-error"],
    },
    {
      name: "of a whole poll explain a newer failure of a row",
      told: [
        { snapshots: [read(0, 10), read(60, undefined)] },
        { snapshots: [], poll: { state: "offline", at: at(120) } },
      ],
      errors: ["account: offline"],
    },
    {
      name: "of a poll that is over are gone",
      told: [{ snapshots: [read(0, 10)] }, signedOut(60), { snapshots: [read(120, 10)] }],
      errors: [],
    },
  ])("$name", ({ told, errors }) => {
    const [row] = toRows(tellAll(...told)).filter(({ org_name }) => org_name === "Acme");
    expect(row?.errors).toEqual(errors);
    const restored = restoreState(toStatus(tellAll(...told), TEN + 3_600_000));
    const [again] = toRows(restored).filter(({ org_name }) => org_name === "Acme");
    expect(again?.errors).toEqual(errors);
  });
});

describe("what is published", () => {
  test("is what status.json may hold, and the browsers' reports beside the rows", () => {
    const state = tellAll(
      { snapshots: [read(0, 10), read(1, undefined, bolt), read(2, 30, nobody)] },
      { snapshots: [], install: arc, poll: { state: "rate-limited", at: at(9), retry_at: at(99) } },
    );
    const status = statusSchema.parse(JSON.parse(JSON.stringify(toStatus(state, TEN + 10_000))));
    expect(status).toMatchObject({
      generated_at: at(10),
      rows: [{ org_name: "Acme", source: "extension", schema: 1 }],
      installs: [
        { browser: "Arc", state: "rate-limited", retry_at: at(99), sequences: [], seen: [] },
        { browser: "Chrome", state: "ok", sequences: [[1, 3]], seen: [{}, {}, {}] },
      ],
    });
  });

  test("is out of credits when either of the two sources says so", () => {
    const overage = {
      enabled: false,
      used: 60,
      limit: 60,
      currency: "USD",
      out_of_credits: true,
      disabled_reason: null,
      disabled_until: null,
    };
    const [row] = toRows(tellAll({ snapshots: [read(0, 10, { overage, overage_fetched_at: at(0) })] }));
    expect(row?.money?.out_of_credits).toBe(true);
  });

  test("names the fullest open window of the whole account as the one that binds", () => {
    const windows = [
      createUsageWindow({ id: "five_hour", utilization: 20 }),
      createUsageWindow({ id: "seven_day", utilization: 70, resets_at: at(86_400) }),
      createUsageWindow({ id: "scoped:fable", utilization: 99, scope: "model" }),
      createUsageWindow({ id: "pool:gift", utilization: 100, scope: "pool" }),
    ];
    const state = tellAll({ snapshots: [read(0, 20, { windows })] });
    expect(toRows(state)[0]?.binding).toBe("seven_day");
    expect(toRows(state, 90_000)[0]?.binding).toBeNull();
  });

  test("carries the forecast of each open window, made of its row's keys and its own moment", () => {
    const forecast = { percent_per_hour: 12, percent_at_reset: 44, exhausted_at: null, pace: null };
    const asked: unknown[] = [];
    const state = tellAll({ snapshots: [read(0, 20)] });
    const publish = (nowMs: number) =>
      toStatus(state, nowMs, (keys, { id }, observedMs) => {
        asked.push([keys.size, id, observedMs]);
        return forecast;
      });
    const status = statusSchema.parse(JSON.parse(JSON.stringify(publish(TEN + 10_000))));
    expect(status.rows[0]?.windows[0]?.forecast).toEqual(forecast);
    // Its own, that of its e-mail and that of an account which could not be looked up.
    expect(asked).toEqual([[3, "five_hour", TEN]]);
    expect(publish(TEN + 86_400_000).rows[0]?.windows[0]).toMatchObject({ state: "rolled", forecast: null });
  });

  test("of nothing is nothing", () => {
    expect(toStatus(tellAll(), TEN)).toEqual({ schema: 1, generated_at: at(0), rows: [], installs: [] });
  });
});
