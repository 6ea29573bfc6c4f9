// When a plan renews or ends; how it is paid never gets past the reader.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseSubscription, type Subscription, subscriptionSchema } from "../../../shared/claude-ai/subscription.ts";

const CHARGE = "2026-12-05T14:15:04Z";
const CHARGE_ISO = "2026-12-05T14:15:04.000Z";

/** Everything that could tell how or by whom a plan is paid, each value recognisable. */
const payment = {
  id: "sub_CANARY",
  customer: "cus_CANARY",
  currency: "CANARY",
  payment_method: { brand: "CANARY", country: "CANARY", last4: "CANARY", type: "CANARY" },
  latest_invoice_url: "https://example.com/CANARY",
  invoice_url: "https://example.com/CANARY",
  gift_details: { paid_through: "CANARY", giver: "CANARY" },
  billing_email: "CANARY@example.com",
};

function createAnswer(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    status: "active",
    next_charge_at: CHARGE,
    next_charge_date: "2026-12-05",
    plan_ending_at: null,
    plan_ending_before: null,
    payment_paused_until: null,
    billing_interval: "monthly",
    ...payment,
    ...more,
  };
}

const renewing: Subscription = { status: "active", renews_at: CHARGE_ISO, ends_at: null, billing_interval: "monthly" };
const ending = { ...renewing, renews_at: null, ends_at: CHARGE_ISO };

describe("a plan renews or ends, never both", () => {
  test.each<[string, Record<string, unknown>, Subscription]>([
    ["renewing", {}, renewing],
    ["ending while still active", { plan_ending_at: CHARGE, next_charge_at: null, next_charge_date: null }, ending],
    ["ending although a charge is named", { plan_ending_at: CHARGE }, ending],
    ["ending on a day", { plan_ending_before: "2026-12-05" }, { ...ending, ends_at: "2026-12-05T00:00:00.000Z" }],
    ["ending at a moment and on a day", { plan_ending_at: CHARGE, plan_ending_before: "2026-12-06" }, ending],
    ["a day of charge only", { next_charge_at: null }, { ...renewing, renews_at: "2026-12-05T00:00:00.000Z" }],
    ["neither", { next_charge_at: null, next_charge_date: null }, { ...renewing, renews_at: null }],
    ["nonsense for moments", { next_charge_at: "soon", next_charge_date: "5 Dec" }, { ...renewing, renews_at: null }],
    ["30 February", { next_charge_at: null, next_charge_date: "2026-02-30" }, { ...renewing, renews_at: null }],
    ["an end that can not be read", { plan_ending_at: "soon" }, renewing],
    ["cancelled", { status: "canceled" }, { ...renewing, status: "canceled" }],
    ["a status in prose", { status: "Please pay!" }, { ...renewing, status: null }],
    ["a status of a wrong type", { status: 1 }, { ...renewing, status: null }],
    ["no interval", { billing_interval: undefined }, { ...renewing, billing_interval: null }],
  ])("%s", (_name, more, expected) => {
    expect(parseSubscription(createAnswer(more))).toEqual(expected);
  });

  test("an empty answer is a subscription of which nothing is known", () => {
    expect(parseSubscription({})).toEqual({ status: null, renews_at: null, ends_at: null, billing_interval: null });
  });
});

describe("payment data never survives", () => {
  test("none of it is in what is kept", () => {
    const kept = parseSubscription(createAnswer());
    expect(JSON.stringify(kept)).not.toContain("CANARY");
    expect(Object.keys(kept).sort()).toEqual(["billing_interval", "ends_at", "renews_at", "status"]);
  });

  test.each([
    "status",
    "billing_interval",
    "next_charge_at",
    "next_charge_date",
    "plan_ending_at",
    "plan_ending_before",
  ])("not even when it stands in %s", (field) => {
    for (const misplaced of [payment.payment_method, "Visa CANARY", "4242 4242 4242 4242", [payment]]) {
      const kept = JSON.stringify(parseSubscription(createAnswer({ [field]: misplaced })));
      expect(kept).not.toContain("CANARY");
      expect(kept).not.toContain("4242");
    }
  });

  test("whatever other keys the answer has, four fields that fit the wire are kept", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (more) => {
        const kept = parseSubscription(createAnswer(more));
        expect(subscriptionSchema.safeParse(kept).error).toBeUndefined();
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("our own wire has no place for it", () => {
    expect(subscriptionSchema.parse({ ...renewing, payment_method: { brand: "visa" } })).toEqual(renewing);
  });
});

describe("what is no object is refused as changed", () => {
  test.each<[unknown]>([[null], [undefined], ["active"], [5], [[]], [true]])("%j", (body) => {
    expect(() => parseSubscription(body)).toThrow(expect.objectContaining({ name: "MeterError", code: "changed" }));
  });
});

describe("the subscription of our own wire", () => {
  test.each<[string, Record<string, unknown>]>([
    ["renewing", {}],
    ["ending", ending],
    ["unknown", { status: null, renews_at: null, billing_interval: null }],
  ])("%s is taken", (_name, more) => {
    expect(subscriptionSchema.safeParse({ ...renewing, ...more }).success).toBe(true);
  });

  test.each<[string, Record<string, unknown>]>([
    ["a missing field", { ends_at: undefined }],
    ["a status in prose", { status: "Past due" }],
    ["a day for a moment", { renews_at: "2026-12-05" }],
    ["a moment with an offset", { renews_at: "2026-12-05T14:15:04.000+00:00" }],
  ])("%s is refused", (_name, more) => {
    expect(subscriptionSchema.safeParse({ ...renewing, ...more }).success).toBe(false);
  });
});
