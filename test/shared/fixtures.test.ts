// Holds the readers against the public fixtures beside the repository, where they exist.
import { describe, expect, test } from "vitest";
import * as z from "zod/mini";
import { parseAccount } from "../../extension/claude-ai/account.ts";
import { MeterError } from "../../shared/claude-ai/meter-error.ts";
import { type Organisation, parseOrganisations } from "../../shared/claude-ai/organisation.ts";
import { parseOverage } from "../../shared/claude-ai/overage.ts";
import { parseSubscription } from "../../shared/claude-ai/subscription.ts";
import { findDrift, parseUsageBody } from "../../shared/claude-ai/usage-body.ts";
import { decideBinding, toWindowAt } from "../../shared/freshness.ts";
import { parseJson } from "../../shared/json.ts";
import { type Fixture, FOLDER, publicFixtures, readText, toSource } from "./public-fixtures.ts";

const percentSchema = z.optional(z.nullable(z.number()));

/** Strict, so that an expectation nobody checks fails instead of passing unseen. */
const usageExpectSchema = z.strictObject({
  session_percent: percentSchema,
  weekly_percent: percentSchema,
  scoped: z.optional(z.array(z.tuple([z.string(), z.number()]))),
  headline: z.optional(z.string()),
  extra_enabled: z.optional(z.boolean()),
  extra_used: z.optional(z.number()),
  extra_limit: z.optional(z.nullable(z.number())),
  pools: z.optional(z.array(z.tuple([z.string(), z.number(), z.number()]))),
  blocked: z.optional(z.literal(false)),
  plan_hint: z.optional(z.enum(["free", "enterprise"])),
  must_not_throw: z.optional(z.literal(true)),
});

const PLAN_NAMES = { free: "Free", pro: "Pro", max_5x: "Max 5x", max_20x: "Max 20x" } as const;
const organisationExpectSchema = z.strictObject({
  plan: z.optional(z.enum(["free", "pro", "max_5x", "max_20x"])),
  meterable: z.optional(z.array(z.string())),
});

const overageExpectSchema = z.strictObject({
  used: z.optional(z.number()),
  limit: z.optional(z.number()),
  blocked_until: z.optional(z.string()),
});

const subscriptionExpectSchema = z.strictObject({
  renews_at: z.optional(z.string()),
  ends_at: z.optional(z.string()),
});

function readFixture(fixture: Fixture): unknown {
  return parseJson(readText(fixture));
}

/** Claude Code hands the usage body through, inside an answer of its own. */
const controlSchema = z.looseObject({ rate_limits: z.unknown() });
const organisationsSchema = z.array(z.unknown());

/** Which reader a fixture belongs to, by the first word of its name; undefined: another source, another test. */
const checks = new Map<string, (body: unknown, expected: unknown) => void>([
  ["usage", expectUsage],
  ["usage_variant", expectUsage],
  ["control", (body, expected) => expectUsage(controlSchema.parse(body).rate_limits, expected)],
  ["account", (body, expected) => expectOrganisations(parseAccount(body).organisations, expected)],
  ["organization", (body, expected) => expectOrganisations(parseOrganisations([body]), expected)],
  [
    "organizations",
    (body, expected) => expectOrganisations(parseOrganisations(organisationsSchema.parse(body)), expected),
  ],
  ["overage_spend_limit", expectOverage],
  ["subscription_details", expectSubscription],
]);

function findCheck(fixture: Fixture) {
  return checks.get(toSource(fixture));
}

function expectUsage(body: unknown, expectation: unknown): void {
  const expected = usageExpectSchema.parse(expectation);
  const { windows, money } = parseUsageBody(body);
  const percentOf = (id: string) => windows.find((window) => window.id === id)?.utilization ?? null;
  const { session_percent: session, weekly_percent: weekly, scoped, headline, pools, plan_hint: hint } = expected;

  if (session !== undefined) expect(percentOf("five_hour")).toBe(session);
  if (weekly !== undefined) expect(percentOf("seven_day")).toBe(weekly);
  if (scoped) {
    const rows = windows.filter(({ id }) => id.startsWith("scoped:"));
    expect(rows.map(({ model, utilization }) => [model, utilization])).toEqual(scoped);
  }
  if (headline) {
    const heads = windows.filter((window) => window.is_active);
    expect(heads.map(({ id, model }) => toKind(id, model))).toEqual([headline]);
  }
  if (pools) {
    const found = windows.filter(({ scope }) => scope === "pool");
    const toCents = (dollars: number | null | undefined) => Number(dollars?.toFixed(2));
    expect(found.map(({ id, dollars }) => [id, toCents(dollars?.used), dollars?.limit])).toEqual(
      pools.map(([key, used, limit]) => [`pool:${key}`, used, limit]),
    );
  }
  if (expected.extra_enabled !== undefined) expect(money?.enabled).toBe(expected.extra_enabled);
  if (expected.extra_used !== undefined) expect(money?.used).toBe(expected.extra_used);
  if (expected.extra_limit !== undefined) expect(money?.limit).toBe(expected.extra_limit);
  // An exhausted pool is no wall: work goes on, paid from extra usage.
  if (expected.blocked === false) expect(decideBinding(windows.map((window) => toWindowAt(window, 0)))).toBeNull();
  if (hint) {
    expect(windows.filter(({ scope }) => scope !== "pool")).toEqual([]);
    if (hint === "free") expect([windows, money]).toEqual([[], null]);
    else expect(money).not.toBeNull();
  }
}

/** The manifest names a headline by the kind of its row. */
function toKind(id: string, model: string | null): string {
  if (id === "five_hour") return "session";
  return id === "seven_day" ? "weekly_all" : `weekly_scoped:${model}`;
}

function expectOrganisations(found: Organisation[], expectation: unknown): void {
  const { plan, meterable } = organisationExpectSchema.parse(expectation);
  if (plan) expect(found.map((organisation) => organisation.plan)).toEqual([PLAN_NAMES[plan]]);
  if (meterable) expect(found.map((organisation) => organisation.org_uuid)).toEqual(meterable);
}

function expectOverage(body: unknown, expectation: unknown): void {
  const { used, limit, blocked_until: until } = overageExpectSchema.parse(expectation);
  const overage = parseOverage(body);
  if (used !== undefined) expect(overage.used).toBe(used);
  if (limit !== undefined) expect(overage.limit).toBe(limit);
  if (until) expect(overage.disabled_until).toBe(toMoment(until));
}

function expectSubscription(body: unknown, expectation: unknown): void {
  const { renews_at: renews, ends_at: ends } = subscriptionExpectSchema.parse(expectation);
  const subscription = parseSubscription(body);
  if (renews) expect(subscription).toMatchObject({ renews_at: toMoment(renews), ends_at: null });
  if (ends) expect(subscription).toMatchObject({ renews_at: null, ends_at: toMoment(ends) });
}

function toMoment(text: string): string {
  return new Date(text).toISOString();
}

if (publicFixtures) {
  const ours = publicFixtures.filter((fixture) => findCheck(fixture));
  const expecting = ours.filter((fixture) => fixture.expect !== undefined);
  console.info(
    `public fixtures: ${expecting.length} checked, ${ours.length - expecting.length} of these sources without an ` +
      `expectation, ${publicFixtures.length - ours.length} of other sources left to other tests`,
  );

  describe("a public fixture reads as its manifest expects", () => {
    for (const fixture of expecting) {
      test(fixture.file, () => findCheck(fixture)?.(readFixture(fixture), fixture.expect));
    }
  });

  test("in all recorded usage bodies two things have no word here: one made up, and a pool without its dollars", () => {
    const bodies = ours.filter(({ file }) => file.startsWith("usage__")).map((fixture) => readFixture(fixture));
    const drift = bodies.flatMap((body) => findDrift(parseUsageBody(body).usage));
    expect(drift.map(({ what, name }) => `${what} ${name}`)).toEqual([
      "key unknown_future_field",
      "window cinder_cove",
    ]);
  });

  describe("a public fixture without an expectation is read, or refused as changed", () => {
    for (const fixture of ours.filter(({ expect: expectation }) => expectation === undefined)) {
      test(fixture.file, () => {
        try {
          findCheck(fixture)?.(readFixture(fixture), {});
        } catch (error) {
          if (!(error instanceof MeterError)) throw error;
          expect(error.code).toBe("changed");
        }
      });
    }
  });
} else {
  console.info(`public fixtures: not here (${FOLDER}), nothing was checked against them`);
  test("the public fixtures are not here, so nothing was checked against them", () => {
    expect(publicFixtures).toBeUndefined();
  });
}
