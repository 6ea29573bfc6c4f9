// Who is signed in, and in which organisations, as claude.ai's account answer says it.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseAccount } from "../../../extension/claude-ai/account.ts";
import { MeterError } from "../../../shared/claude-ai/meter-error.ts";

const ACCOUNT = "00000000-0000-4000-8000-000000000100";
const PERSONAL = "00000000-0000-4000-8000-000000000001";
const TEAM = "00000000-0000-4000-8000-000000000002";

function createMembership(uuid: string, capabilities: string[], more: Record<string, unknown> = {}) {
  return { role: "admin", seat_tier: null, organization: { uuid, name: "Example", capabilities, ...more } };
}

function createAccount(more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    tagged_id: "user_01AAAAAAAAAAAAAAAAAAAAAAAA",
    uuid: ACCOUNT,
    email_address: "user@example.com",
    full_name: "Example User",
    display_name: "Example",
    memberships: [
      createMembership("00000000-0000-4000-8000-000000000009", ["api"]),
      createMembership(PERSONAL, ["chat", "claude_pro"]),
      createMembership(TEAM, ["chat", "raven"]),
    ],
    settings: {},
    ...more,
  };
}

test("an account gives its uuid, its e-mail and the organisations with plan usage, nothing else", () => {
  expect(parseAccount(createAccount())).toEqual({
    account_uuid: ACCOUNT,
    account_email: "user@example.com",
    organisations: [
      { org_uuid: PERSONAL, org_name: "Example", plan: "Pro" },
      { org_uuid: TEAM, org_name: "Example", plan: "Team" },
    ],
  });
});

describe("the e-mail", () => {
  test.each<[unknown, string | null]>([
    ["user@example.com", "user@example.com"],
    ["a\u001b]52;c;x\u0007@example.com", "a\u{FFFD}]52;c;x\u{FFFD}@example.com"],
    [`${"x".repeat(116)}@example.com`, `${"x".repeat(116)}@example.com`],
    [`${"x".repeat(200)}@example.com`, `${"x".repeat(127)}…`],
    ["", null],
    [null, null],
    [undefined, null],
    [5, null],
    [["user@example.com"], null],
  ])("%j is shown as %j", (email, shown) => {
    expect(parseAccount(createAccount({ email_address: email })).account_email).toBe(shown);
  });
});

describe("memberships", () => {
  test.each<[string, unknown]>([
    ["missing", undefined],
    ["null", null],
    ["empty", []],
    ["a text", "none"],
    ["an object", {}],
    ["a list of what is no membership", [null, 5, "x", [], {}, { organization: null }, { organization: "x" }]],
  ])("%s: the account has no organisation, and that is no error", (_name, memberships) => {
    expect(parseAccount(createAccount({ memberships })).organisations).toEqual([]);
  });

  test("one that can not be read costs only itself", () => {
    const memberships = [
      null,
      createMembership(PERSONAL, ["chat"]),
      { organization: {} },
      createMembership(TEAM, ["chat"]),
    ];
    const { organisations } = parseAccount(createAccount({ memberships }));
    expect(organisations.map(({ org_uuid }) => org_uuid)).toEqual([PERSONAL, TEAM]);
  });
});

describe("an answer that names no account is refused as changed", () => {
  test.each<[unknown]>([
    [null],
    [undefined],
    ["<!doctype html>"],
    [[]],
    [{}],
    [{ account: createAccount() }],
    [createAccount({ uuid: null })],
    [createAccount({ uuid: 123456789 })],
    [createAccount({ uuid: "user_01AAAAAAAAAAAAAAAAAAAAAAAA" })],
    [createAccount({ uuid: `${ACCOUNT} ` })],
    [{ type: "error", error: { type: "permission_error" } }],
  ])("%j", (body) => {
    expect(() => parseAccount(body)).toThrow(expect.objectContaining({ name: "MeterError", code: "changed" }));
  });

  test("the refusal's message carries nothing of the answer", () => {
    const refuse = () => parseAccount({ uuid: "SECRET", email_address: "SECRET@example.com" });
    expect(refuse).toThrow(MeterError);
    expect(refuse).toThrow(/^changed$/);
  });
});

test("whatever the answer, it is an account or refused as changed", () => {
  const json = fc.jsonValue({ maxDepth: 2 });
  const member = fc.oneof(json, fc.record({ organization: json }));
  const answer = fc.record({
    uuid: fc.oneof(fc.uuid(), json),
    email_address: json,
    memberships: fc.oneof(json, fc.array(member)),
  });
  fc.assert(
    fc.property(fc.oneof(answer, json), (body) => {
      try {
        expect(parseAccount(body).account_uuid).toMatch(/^[0-9a-f-]{36}$/);
      } catch (error) {
        expect(error).toMatchObject({ name: "MeterError", code: "changed" });
      }
    }),
    { seed: 1, numRuns: 500 },
  );
});
