// What a test may set and change about the people and organisations that the stand-in knows.

export type OrganisationKind = "free" | "pro" | "max-5x" | "max-20x" | "team" | "enterprise" | "api";
/** Which of claude.ai's body shapes an organisation answers with: 7, 11 or 27 keys. */
export type Era = "2025" | "2026-05" | "2026-10";

export type WindowState = { utilization: number; resets_at: string | null };
export type ScopedState = { model: string; percent: number; resets_at: string | null };
/** `key` is the server's codename; `resets_at` is the day the money expires. */
export type PoolState = { key: string; usedDollars: number; limitDollars: number; resets_at: string };
export type MoneyState = {
  enabled: boolean;
  usedMinor: number;
  /** Null: no limit shown. */
  limitMinor: number | null;
  currency: string;
  exponent: number;
  disabledReason: string | null;
};

export type UsageState = {
  five_hour: WindowState | null;
  seven_day: WindowState | null;
  scoped: ScopedState[];
  pools: PoolState[];
  /** Null as on Free: `extra_usage` and `spend` are null too. */
  money: MoneyState | null;
};

export type StandInOrganisation = {
  uuid: string;
  name: string;
  kind: OrganisationKind;
  era: Era;
  usage: UsageState;
  /** Sent instead of the generated usage body: text as it is, anything else as JSON. */
  usageBody?: unknown;
  /** Its amounts are those of `usage.money`; null answers 404. */
  overage: { disabled_until: string | null } | null;
  /** Null answers 404. */
  subscription: { renews_at: string | null; ends_at: string | null } | null;
};

export type StandInAccount = {
  /** The login name: /login?as=<name>. */
  name: string;
  uuid: string;
  email: string;
  /** In the server's order. */
  organisations: StandInOrganisation[];
};
