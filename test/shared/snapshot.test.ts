// What the bridge takes as a snapshot, and what it refuses; with the parts a snapshot is made of.
import { describe, expect, test } from "vitest";
import { moneySchema } from "../../shared/claude-ai/money.ts";
import { type Snapshot, snapshotSchema } from "../../shared/snapshot.ts";
import { MAX_WINDOWS, type UsageWindow, usageWindowSchema } from "../../shared/usage-window.ts";
import { isoSchema, problemTextSchema, slugSchema, textSchema, uuidSchema } from "../../shared/wire-text.ts";
import { ACCOUNT_UUID, createFailedSnapshot, createSnapshot, createUsageWindow, ORG_UUID } from "./wire-examples.ts";

type Change = Record<string, unknown>;

function createWindows(count: number): UsageWindow[] {
  return Array.from({ length: count }, () => createUsageWindow());
}

describe("a snapshot is taken", () => {
  test.each<[string, Snapshot]>([
    ["complete", createSnapshot()],
    ["of a failed read", createFailedSnapshot()],
    ["without an account", createSnapshot({ account_uuid: null, account_email: null })],
    ["of a plan nobody knows", createSnapshot({ plan: null })],
    ["without windows, as Enterprise has it", createSnapshot({ windows: [] })],
    ["with a body of any keys", createSnapshot({ usage: { anything: [1, { deep: null }], "": 0 } })],
    ["with as many windows as may be", createSnapshot({ windows: createWindows(MAX_WINDOWS) })],
    ["with problems", createSnapshot({ errors: ["overage: not-available", "scoped:fable: bad-utilization"] })],
  ])("%s", (_name, snapshot) => {
    expect(snapshotSchema.safeParse(snapshot).error).toBeUndefined();
  });

  test("as it came", () => {
    expect(snapshotSchema.parse(createSnapshot())).toEqual(createSnapshot());
  });

  test("after a way through JSON", () => {
    const copy: unknown = JSON.parse(JSON.stringify(createSnapshot()));
    expect(snapshotSchema.parse(copy)).toEqual(createSnapshot());
  });
});

describe("a snapshot is refused", () => {
  test.each<[string, Change]>([
    ["with an account id that is no uuid", { account_uuid: "me" }],
    ["with a uuid in capitals", { org_uuid: ORG_UUID.toUpperCase() }],
    ["without an organisation", { org_uuid: null }],
    ["with an empty e-mail", { account_email: "" }],
    ["with an endless e-mail", { account_email: "x".repeat(257) }],
    ["with an endless name", { org_name: "x".repeat(257) }],
    ["with a plan nobody sells", { plan: "Max" }],
    ["without a moment", { fetched_at: null }],
    ["with a number for a moment", { fetched_at: 1_795_176_000_000 }],
    ["with a list for a body", { usage: [] }],
    ["with text for a body", { usage: "{}" }],
    ["without windows, not even none", { windows: null }],
    ["with too many windows", { windows: createWindows(MAX_WINDOWS + 1) }],
    ["with a window of unknown shape", { windows: [{ id: "five_hour" }] }],
    ["with money that is a number", { money: 5 }],
    ["with a problem in prose", { errors: ["Something went wrong"] }],
    ["with a problem that carries a line feed", { errors: ["usage: bad-shape\n"] }],
    ["with endless problems", { errors: Array(61).fill("usage: bad-shape") }],
  ])("%s", (_name, change) => {
    expect(snapshotSchema.safeParse({ ...createSnapshot(), ...change }).success).toBe(false);
  });

  test.each(Object.keys(createSnapshot()))("without the field %s", (field) => {
    expect(snapshotSchema.safeParse({ ...createSnapshot(), [field]: undefined }).success).toBe(false);
  });

  test.each([[null], [undefined], ["snapshot"], [[]], [[createSnapshot()]], [{}]])("that is %j", (value) => {
    expect(snapshotSchema.safeParse(value).success).toBe(false);
  });
});

describe("a window", () => {
  const dollars = { used: 57.5, limit: 250 };

  test.each<[string, Change]>([
    ["complete", {}],
    ["idle", { utilization: 0, resets_at: null }],
    ["unknown", { utilization: null, severity: null, is_active: null }],
    ["above 100 %", { utilization: 103 }],
    ["at 1000 %", { utilization: 1000 }],
    ["of a model", { id: "scoped:fable", label: "Weekly, Fable", model: "Fable", scope: "model" }],
    ["of money", { id: "pool:iguana_necktie", scope: "pool", dollars }],
    ["of money whose use is unknown", { scope: "pool", dollars: { used: null, limit: 250 } }],
  ])("%s is taken", (_name, change) => {
    expect(usageWindowSchema.safeParse({ ...createUsageWindow(), ...change }).error).toBeUndefined();
  });

  test.each<[string, Change]>([
    ["an id in capitals", { id: "Five_Hour" }],
    ["an empty id", { id: "" }],
    ["an endless id", { id: "x".repeat(81) }],
    ["an id with a line feed", { id: "five_hour\n" }],
    ["an empty label", { label: "" }],
    ["an empty model", { model: "" }],
    ["an unknown scope", { scope: "organisation" }],
    ["a percentage below zero", { utilization: -0.1 }],
    ["an epoch for a percentage", { utilization: 1_795_176_000 }],
    ["NaN for a percentage", { utilization: Number.NaN }],
    ["text for a percentage", { utilization: "42" }],
    ["a reset with an offset", { resets_at: "2026-11-20T12:00:00.000+00:00" }],
    ["a severity in prose", { severity: "Very high" }],
    ["a number for a switch", { is_active: 1 }],
    ["dollars without a limit", { dollars: { used: 5 } }],
    ["dollars beyond numbers", { dollars: { used: 5, limit: Number.POSITIVE_INFINITY } }],
  ])("with %s is refused", (_name, change) => {
    expect(usageWindowSchema.safeParse({ ...createUsageWindow(), ...change }).success).toBe(false);
  });
});

describe("money", () => {
  const { money } = createSnapshot();

  test.each<[string, Change]>([
    ["complete", {}],
    ["all unknown", { used: null, limit: null, currency: null, percent: null }],
    ["beyond its limit", { used: 60, percent: 120 }],
    ["out of credits", { enabled: false, out_of_credits: true, disabled_reason: "out_of_credits" }],
    ["refunded", { used: -1, percent: 0 }],
  ])("%s is taken", (_name, change) => {
    expect(moneySchema.safeParse({ ...money, ...change }).error).toBeUndefined();
  });

  test.each<[string, Change]>([
    ["a missing switch", { enabled: undefined }],
    ["text for an amount", { used: "12.34" }],
    ["an amount beyond numbers", { used: Number.POSITIVE_INFINITY }],
    ["a percentage below zero", { percent: -1 }],
    ["a percentage beyond numbers", { percent: Number.POSITIVE_INFINITY }],
    ["a small currency", { currency: "usd" }],
    ["a sign for a currency", { currency: "$" }],
    ["a reason in prose", { disabled_reason: "No more credits." }],
  ])("with %s is refused", (_name, change) => {
    expect(moneySchema.safeParse({ ...money, ...change }).success).toBe(false);
  });
});

describe("the texts of the wire have one spelling each", () => {
  test.each([
    ["a moment", isoSchema, "2026-11-20T10:00:00.000Z"],
    ["a moment of a leap day", isoSchema, "2028-02-29T23:59:59.999Z"],
    ["a uuid", uuidSchema, ACCOUNT_UUID],
    ["a slug", slugSchema, "self_selected_spend_limit_reached"],
    ["a slug of 40", slugSchema, "x".repeat(40)],
    ["a text", textSchema, "Weekly, 寓話"],
    ["a problem", problemTextSchema, "pool:iguana_necktie: bad-time"],
  ])("%s is taken: %#", (_name, schema, text) => {
    expect(schema.safeParse(text).success).toBe(true);
  });

  test.each([
    ["without milliseconds", isoSchema, "2026-11-20T10:00:00Z"],
    ["with microseconds", isoSchema, "2026-11-20T10:00:00.000000Z"],
    ["with an offset", isoSchema, "2026-11-20T10:00:00.000+00:00"],
    ["with a line feed", isoSchema, "2026-11-20T10:00:00.000Z\n"],
    ["a uuid without dashes", uuidSchema, ACCOUNT_UUID.replaceAll("-", "")],
    ["a uuid in braces", uuidSchema, `{${ACCOUNT_UUID}}`],
    ["an empty slug", slugSchema, ""],
    ["a slug of 41", slugSchema, "x".repeat(41)],
    ["a slug in capitals", slugSchema, "Normal"],
    ["a slug with a blank", slugSchema, "very high"],
    ["an empty text", textSchema, ""],
    ["a text of 257", textSchema, "x".repeat(257)],
    ["a problem without a part", problemTextSchema, ": bad-time"],
    ["a problem without a code", problemTextSchema, "usage: "],
    ["a problem in capitals", problemTextSchema, "Usage: bad-time"],
  ])("%s is refused", (_name, schema, text) => {
    expect(schema.safeParse(text).success).toBe(false);
  });

  // Such a text has the right shape, but a reader gets NaN or another day from it.
  test.each([
    ["month 13", "2026-13-01T00:00:00.000Z"],
    ["30 February", "2026-02-30T00:00:00.000Z"],
    ["hour 99", "2026-11-20T99:00:00.000Z"],
  ])("a moment that does not exist is refused: %s", (_name, text) => {
    expect(isoSchema.safeParse(text).success).toBe(false);
  });
});
