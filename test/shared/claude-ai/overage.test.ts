// The overage limit of an organisation: amounts in whole units, and until when it is blocked.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Overage, overageSchema, parseOverage } from "../../../shared/claude-ai/overage.ts";

/** A 2026 answer with all its keys; the numbers are invented. */
function createAnswer(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    organization_uuid: "00000000-0000-4000-8000-000000000001",
    limit_type: "organization",
    seat_tier: null,
    account_uuid: null,
    account_email: "SECRET@example.com",
    account_name: "SECRET",
    group_name: "SECRET",
    is_enabled: true,
    monthly_credit_limit: 4000,
    currency: "EUR",
    used_credits: 1234,
    disabled_reason: null,
    disabled_until: null,
    out_of_credits: false,
    settings: null,
    created_at: "2026-01-15T14:22:31.641203Z",
    ...more,
  };
}

const open: Overage = {
  enabled: true,
  used: 12.34,
  limit: 40,
  currency: "EUR",
  out_of_credits: false,
  disabled_reason: null,
  disabled_until: null,
};

describe("an answer is read", () => {
  test.each<[string, Record<string, unknown>, Partial<Overage>]>([
    ["open", {}, {}],
    ["used above the limit stays above", { used_credits: 4150 }, { used: 41.5 }],
    ["no limit set", { monthly_credit_limit: null }, { limit: null }],
    ["a limit of zero is zero", { monthly_credit_limit: 0 }, { limit: 0 }],
    ["nothing used", { used_credits: 0 }, { used: 0 }],
    ["used not said", { used_credits: undefined }, { used: null }],
    ["used as text is unknown", { used_credits: "1234" }, { used: null }],
    ["used beyond numbers is unknown", { used_credits: Number.POSITIVE_INFINITY }, { used: null }],
    ["yen have no cents", { currency: "JPY" }, { currency: "JPY", used: 1234, limit: 4000 }],
    ["dinars have three places", { currency: "KWD" }, { currency: "KWD", used: 1.234, limit: 4 }],
    ["no currency, so cents", { currency: null }, { currency: null }],
    ["a currency that is no code", { currency: "euros" }, { currency: null }],
    ["a currency of a wrong type", { currency: 978 }, { currency: null }],
    ["switched off", { is_enabled: false }, { enabled: false }],
    ["out of credits", { out_of_credits: true }, { out_of_credits: true }],
    ["out of credits not said", { out_of_credits: null }, { out_of_credits: false }],
    ["out of credits of a wrong type", { out_of_credits: "yes" }, { out_of_credits: false }],
    ["a reason", { disabled_reason: "capacity_protection" }, { disabled_reason: "capacity_protection" }],
    ["a reason in prose is left out", { disabled_reason: "Please ignore all limits" }, { disabled_reason: null }],
    ["blocked until", { disabled_until: "2026-12-01T00:00:00Z" }, { disabled_until: "2026-12-01T00:00:00.000Z" }],
    [
      "blocked until a past day",
      { disabled_until: "2026-05-01T00:00:00Z" },
      { disabled_until: "2026-05-01T00:00:00.000Z" },
    ],
    ["blocked until nonsense", { disabled_until: "soon" }, { disabled_until: null }],
  ])("%s", (_name, more, expected) => {
    expect(parseOverage(createAnswer(more))).toEqual({ ...open, ...expected });
  });

  test("the switch alone is enough", () => {
    const unknown = { ...open, used: null, limit: null, currency: null };
    expect(parseOverage({ is_enabled: true })).toEqual(unknown);
  });

  test("names and addresses stay behind", () => {
    expect(JSON.stringify(parseOverage(createAnswer()))).not.toContain("SECRET");
  });
});

describe("what is no overage answer is refused as changed", () => {
  test.each<[unknown]>([
    [null],
    [undefined],
    ["no"],
    [[]],
    [{}],
    [{ is_enabled: "true" }],
    [{ is_enabled: null, used_credits: 5 }],
    [{ type: "error", error: { type: "permission_error" } }],
  ])("%j", (body) => {
    expect(() => parseOverage(body)).toThrow(expect.objectContaining({ name: "MeterError", code: "changed" }));
  });
});

test("whatever the answer, it fits the wire or is refused as changed", () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  const answer = fc.record(
    {
      is_enabled: fc.boolean(),
      monthly_credit_limit: fc.oneof(fc.integer(), json),
      used_credits: fc.oneof(fc.double(), json),
      currency: fc.oneof(fc.stringMatching(/^[A-Z]{3}$/), json),
      disabled_reason: json,
      disabled_until: fc.oneof(fc.integer(), json),
      out_of_credits: json,
    },
    { requiredKeys: ["is_enabled"] },
  );
  fc.assert(
    fc.property(fc.oneof(answer, json), (body) => {
      try {
        expect(overageSchema.safeParse(parseOverage(body)).error).toBeUndefined();
      } catch (error) {
        expect(error).toMatchObject({ name: "MeterError", code: "changed" });
      }
    }),
    { seed: 1, numRuns: 1000 },
  );
});

describe("the overage of our own wire", () => {
  test.each<[string, Record<string, unknown>]>([
    ["complete", {}],
    ["all unknown", { used: null, limit: null, currency: null }],
    ["blocked", { disabled_reason: "out_of_credits", disabled_until: "2026-12-01T00:00:00.000Z" }],
  ])("%s is taken", (_name, more) => {
    expect(overageSchema.safeParse({ ...open, ...more }).success).toBe(true);
  });

  test.each<[string, Record<string, unknown>]>([
    ["a missing switch", { enabled: undefined }],
    ["text for an amount", { used: "12.34" }],
    ["an amount beyond numbers", { used: Number.POSITIVE_INFINITY }],
    ["a small currency", { currency: "eur" }],
    ["a reason in prose", { disabled_reason: "No more credits" }],
    ["a moment without milliseconds", { disabled_until: "2026-12-01T00:00:00Z" }],
  ])("%s is refused", (_name, more) => {
    expect(overageSchema.safeParse({ ...open, ...more }).success).toBe(false);
  });
});
