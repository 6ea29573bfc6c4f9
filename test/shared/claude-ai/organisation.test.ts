// Which organisations have plan usage, and which plan each is on.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Organisation, parseOrganisations, planSchema } from "../../../shared/claude-ai/organisation.ts";
import { snapshotSchema } from "../../../shared/snapshot.ts";

function toUuid(digit: number): string {
  return `00000000-0000-4000-8000-00000000000${digit}`;
}

function createEntry(
  digit: number,
  capabilities: unknown,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return { id: digit, uuid: toUuid(digit), name: `Example ${digit}`, capabilities, settings: {}, ...more };
}

function toPlan(capabilities: unknown, more: Record<string, unknown> = {}): Organisation["plan"] | undefined {
  return parseOrganisations([createEntry(1, capabilities, more)])[0]?.plan;
}

const five = { rate_limit_tier: "default_claude_max_5x" };
const twenty = { rate_limit_tier: "default_claude_max_20x" };
const basic = { rate_limit_tier: "default_claude_ai" };

describe("the plan is told by the capabilities, only the size of Max by the tier", () => {
  test.each([
    ["Free", ["chat"], basic],
    ["Free", ["chat"], twenty],
    ["Pro", ["chat", "claude_pro"], basic],
    ["Pro", ["claude_pro", "chat"], five],
    ["Max 5x", ["chat", "claude_max"], five],
    ["Max 20x", ["claude_max", "chat"], twenty],
    ["Max 20x", ["chat", "claude_pro", "claude_max"], twenty],
    [null, ["chat", "claude_max"], basic],
    [null, ["chat", "claude_max"], { rate_limit_tier: "default_claude_max_40x" }],
    [null, ["chat", "claude_max"], { rate_limit_tier: 20 }],
    ["Team", ["chat", "raven"], { raven_type: "team" }],
    ["Team", ["chat", "raven"], {}],
    ["Team", ["chat"], { raven_type: "team" }],
    ["Enterprise", ["raven_enterprise", "raven", "chat", "compliance_logging"], { raven_type: "enterprise" }],
    ["Enterprise", ["chat", "raven_enterprise"], {}],
    ["Enterprise", ["chat", "raven"], { raven_type: "enterprise" }],
    ["Enterprise", ["chat", "claude_max", "raven_enterprise"], twenty],
    [null, null, twenty],
    [null, undefined, twenty],
    [null, "chat", twenty],
  ])("%s: %j, %j", (plan, capabilities, more) => {
    expect(toPlan(capabilities, more)).toBe(plan);
  });
});

describe("which organisations are asked for usage", () => {
  const idsOf = (entries: unknown[]) => parseOrganisations(entries).map((organisation) => organisation.org_uuid);

  test("those with chat, in the server's order, even when API-only ones come first", () => {
    const entries = [
      createEntry(1, ["api"]),
      createEntry(2, ["api"]),
      createEntry(4, ["chat"]),
      createEntry(3, ["chat"]),
    ];
    expect(idsOf(entries)).toEqual([toUuid(4), toUuid(3)]);
  });

  test.each([
    ["capabilities are missing", undefined, true],
    ["capabilities are null", null, true],
    ["capabilities are no list", "api", true],
    ["capabilities hold something else than text", ["api", 5], true],
    ["capabilities are empty", [], false],
    ["chat is only part of a word", ["chat_preview"], false],
  ])("when %s, asked: %s -> %s", (_name, capabilities, isAsked) => {
    expect(idsOf([createEntry(1, capabilities)])).toEqual(isAsked ? [toUuid(1)] : []);
  });

  test.each([
    ["null", null],
    ["a text", toUuid(1)],
    ["a list", []],
    ["an entry without a uuid", { name: "Example", capabilities: ["chat"] }],
    ["a numeric id for a uuid", createEntry(1, ["chat"], { uuid: 123456789 })],
    ["a path for a uuid", createEntry(1, ["chat"], { uuid: "../../account" })],
    ["a uuid with a tail", createEntry(1, ["chat"], { uuid: `${toUuid(1)}/usage` })],
    ["a uuid with a line feed", createEntry(1, ["chat"], { uuid: `${toUuid(1)}\n` })],
  ])("%s costs only itself", (_name, entry) => {
    expect(idsOf([createEntry(2, ["chat"]), entry, createEntry(3, ["chat"])])).toEqual([toUuid(2), toUuid(3)]);
  });

  test("an organisation listed twice is asked once", () => {
    expect(idsOf([createEntry(1, ["chat"]), createEntry(2, ["chat"]), createEntry(1, ["chat"])])).toEqual([
      toUuid(1),
      toUuid(2),
    ]);
  });

  test("no organisations are none", () => {
    expect(parseOrganisations([])).toEqual([]);
  });
});

describe("an organisation's name", () => {
  test.each([
    ["Example", "Example"],
    ["Evil\u001b[2J\nGO", "Evil\u{FFFD}[2J\u{FFFD}GO"],
    ["x".repeat(100), `${"x".repeat(63)}…`],
    ["", null],
    [null, null],
    [undefined, null],
    [5, null],
    [{ text: "Example" }, null],
  ])("%j is shown as %j", (name, shown) => {
    expect(parseOrganisations([createEntry(1, ["chat"], { name })])).toMatchObject([{ org_name: shown }]);
  });
});

test("only uuid, name and plan are kept, everything else stays with claude.ai", () => {
  const entry = createEntry(1, ["chat"], { billing_type: "stripe_subscription", settings: { secret: "SECRET" } });
  expect(parseOrganisations([entry])).toEqual([{ org_uuid: toUuid(1), org_name: "Example 1", plan: "Free" }]);
});

test("whatever the list holds, what comes out fits a snapshot", () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  const texts = fc.array(fc.constantFrom("chat", "api", "claude_pro", "claude_max", "raven", "raven_enterprise"));
  const entry = fc.record(
    {
      uuid: fc.oneof(fc.uuid(), json),
      name: fc.oneof(fc.string({ unit: "binary" }), json),
      capabilities: fc.oneof(texts, json),
      raven_type: json,
      rate_limit_tier: fc.oneof(fc.constantFrom("default_claude_max_5x", "default_claude_max_20x"), json),
    },
    { requiredKeys: [] },
  );
  const { org_uuid, org_name, plan } = snapshotSchema.shape;
  fc.assert(
    fc.property(fc.array(fc.oneof(entry, json)), (entries) => {
      for (const found of parseOrganisations(entries)) {
        expect(org_uuid.safeParse(found.org_uuid).success).toBe(true);
        expect(org_name.safeParse(found.org_name).success).toBe(true);
        expect(plan.safeParse(found.plan).success).toBe(true);
      }
    }),
    { seed: 1, numRuns: 1000 },
  );
});

describe("the plans of our own wire", () => {
  test.each(["Free", "Pro", "Max 5x", "Max 20x", "Team", "Enterprise"])("%s is one", (plan) => {
    expect(planSchema.safeParse(plan).success).toBe(true);
  });

  test.each(["Max", "free", "", "Pro ", null, 5])("%j is none", (plan) => {
    expect(planSchema.safeParse(plan).success).toBe(false);
  });
});
