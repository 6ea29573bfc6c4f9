// The people of the tests and the demo: one for each kind of plan, and the mixtures that went wrong elsewhere.
import type { MoneyState, OrganisationKind, StandInOrganisation, UsageState } from "./stand-in-account.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const noMoney: MoneyState = {
  enabled: false,
  usedMinor: 0,
  limitMinor: null,
  currency: "USD",
  exponent: 2,
  disabledReason: null,
};
const noUsage: UsageState = { five_hour: null, seven_day: null, scoped: [], pools: [], money: null };

/** Fresh objects at each call, so that a test may change them; resets lie ahead of `nowMs`. */
export function createAccounts(nowMs: number) {
  const after = (ms: number) => new Date(nowMs + ms).toISOString();
  const plan = (session: number, week: number): UsageState => ({
    ...noUsage,
    five_hour: { utilization: session, resets_at: after(2 * HOUR_MS) },
    seven_day: { utilization: week, resets_at: after(3 * DAY_MS) },
    money: { ...noMoney },
  });
  const fable = (percent: number) => [{ model: "Fable", percent, resets_at: after(3 * DAY_MS) }];
  const money = (usedMinor: number, limitMinor: number) => ({ ...noMoney, enabled: true, usedMinor, limitMinor });
  const organisation = (id: Identity, kind: OrganisationKind, usage: UsageState): StandInOrganisation => ({
    ...id,
    kind,
    era: "2026-10",
    usage,
    overage: usage.money?.enabled ? { disabled_until: null } : null,
    subscription: kind === "api" || kind === "free" ? null : { renews_at: after(15 * DAY_MS), ends_at: null },
  });

  const alicePool = { key: "iguana_necktie", usedDollars: 57.46, limitDollars: 250, resets_at: after(40 * DAY_MS) };
  const yen = { ...money(1500, 6000), currency: "JPY", exponent: 0 };
  return {
    /** Max 20x, behind an organisation without plan usage that the server lists first. */
    alice: {
      ...toPerson("alice", "a11ce000"),
      organisations: [
        organisation(toIdentity("a11ce000", 1, "Alice's API Org"), "api", noUsage),
        organisation(toIdentity("a11ce000", 2, "alice@example.com's Organization"), "max-20x", {
          ...plan(42, 63),
          scoped: fable(78),
          pools: [alicePool],
        }),
      ],
    },
    /** Pro and a Team seat under one e-mail: two rows. */
    bob: {
      ...toPerson("bob", "b0b00000"),
      organisations: [
        organisation(toIdentity("b0b00000", 1, "bob@example.com's Organization"), "pro", plan(18, 35)),
        organisation(toIdentity(TEAM, 1, "Example Team"), "team", { ...plan(71, 52), money: money(1240, 20_000) }),
      ],
    },
    /** Enterprise: no windows, only money. */
    carol: {
      ...toPerson("carol", "ca401000"),
      organisations: [
        organisation(toIdentity("e47e0000", 1, "Example Enterprise"), "enterprise", {
          ...noUsage,
          money: money(279, 20_000),
        }),
      ],
    },
    /** Free: nothing to measure. */
    dave: {
      ...toPerson("dave", "dade0000"),
      organisations: [organisation(toIdentity("dade0000", 1, "dave@example.com's Organization"), "free", noUsage)],
    },
    /** Extra usage in a currency without decimals. */
    erin: {
      ...toPerson("erin", "e4140000"),
      organisations: [
        organisation(toIdentity("e4140000", 1, "erin@example.com's Organization"), "pro", {
          ...plan(88, 47),
          scoped: fable(12),
          money: yen,
        }),
      ],
    },
    /** Another seat of bob's Team: same organisation, own usage. */
    frank: {
      ...toPerson("frank", "f4a4c000"),
      organisations: [
        organisation(toIdentity(TEAM, 1, "Example Team"), "team", { ...plan(9, 12), money: money(1240, 20_000) }),
      ],
    },
  };
}

const TEAM = "7ea40000";
type Identity = { uuid: string; name: string };

function toIdentity(prefix: string, number: number, name: string): Identity {
  return { uuid: `${prefix}-0000-4000-8000-00000000000${number}`, name };
}

function toPerson(name: string, prefix: string) {
  return { ...toIdentity(prefix, 0, name), email: `${name}@example.com` };
}
