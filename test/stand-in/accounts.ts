// The people of the tests and the demo: one for each kind of plan, and the mixtures that went wrong elsewhere.
import type {
  MoneyState,
  OrganisationKind,
  StandInAccount,
  StandInOrganisation,
  UsageState,
} from "./stand-in-account.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const TEAM = { uuid: "7ea40000-0000-4000-8000-000000000001", name: "Example Team" };
const noMoney: MoneyState = {
  enabled: false,
  usedMinor: 0,
  limitMinor: null,
  currency: "USD",
  exponent: 2,
  disabledReason: null,
};

type Identity = Pick<StandInOrganisation, "uuid" | "name">;
type Unnamed = Omit<StandInOrganisation, keyof Identity> & Partial<Identity>;

/** Fresh objects at each call, so that a test may change them; resets lie ahead of `nowMs`. */
export function createAccounts(nowMs: number) {
  const after = (ms: number) => new Date(nowMs + ms).toISOString();
  const nothing = (): UsageState => ({ five_hour: null, seven_day: null, scoped: [], pools: [], money: null });
  const plan = (session: number, week: number): UsageState => ({
    ...nothing(),
    five_hour: { utilization: session, resets_at: after(2 * HOUR_MS) },
    seven_day: { utilization: week, resets_at: after(3 * DAY_MS) },
    money: { ...noMoney },
  });
  const money = (usedMinor: number, limitMinor: number) => ({ ...noMoney, enabled: true, usedMinor, limitMinor });
  const fable = (percent: number) => [{ model: "Fable", percent, resets_at: after(3 * DAY_MS) }];
  const pool = { key: "iguana_necktie", usedDollars: 57.46, limitDollars: 250, resets_at: after(40 * DAY_MS) };
  const organisation = (kind: OrganisationKind, usage: UsageState, identity: Partial<Identity> = {}): Unnamed => ({
    ...identity,
    kind,
    era: "2026-10",
    usage,
    overage: usage.money?.enabled ? { disabled_until: null } : null,
    subscription: kind === "api" || kind === "free" ? null : { renews_at: after(15 * DAY_MS), ends_at: null },
  });
  return {
    /** Max 20x, behind an organisation without plan usage that the server lists first. */
    alice: toAccount("alice", "a11ce000", [
      organisation("api", nothing(), { name: "Alice's API Org" }),
      organisation("max-20x", { ...plan(42, 63), scoped: fable(78), pools: [pool] }),
    ]),
    /** Pro and a Team seat under one e-mail: two rows. */
    bob: toAccount("bob", "b0b00000", [
      organisation("pro", plan(18, 35)),
      organisation("team", { ...plan(71, 52), money: money(1240, 20_000) }, TEAM),
    ]),
    /** Enterprise: no windows, only money. */
    carol: toAccount("carol", "ca401000", [
      organisation("enterprise", { ...nothing(), money: money(279, 20_000) }, { name: "Example Enterprise" }),
    ]),
    /** Free: nothing to measure. */
    dave: toAccount("dave", "dade0000", [organisation("free", nothing())]),
    /** Extra usage in a currency without decimals. */
    erin: toAccount("erin", "e4140000", [
      organisation("pro", {
        ...plan(88, 47),
        scoped: fable(12),
        money: { ...money(1500, 6000), currency: "JPY", exponent: 0 },
      }),
    ]),
    /** Another seat of bob's Team: the same organisation, a usage of its own. */
    frank: toAccount("frank", "f4a4c000", [organisation("team", { ...plan(9, 12), money: money(1240, 20_000) }, TEAM)]),
  };
}

/** Uuids are readable: the account ends in 0, its own organisations in 1, 2, … in the server's order. */
function toAccount(name: string, prefix: string, organisations: Unnamed[]): StandInAccount {
  const email = `${name}@example.com`;
  const toUuid = (number: number) => `${prefix}-0000-4000-8000-00000000000${number}`;
  const own = (index: number) => ({ uuid: toUuid(index + 1), name: `${email}'s Organization` });
  return { name, uuid: toUuid(0), email, organisations: organisations.map((entry, i) => ({ ...own(i), ...entry })) };
}
