// What an answer tells the meter, and what is not certain enough to be told.
import { describe, expect, test } from "vitest";
import { type Exchange, toAnswerFacts } from "../../../bridge/proxy/answer-facts.ts";
import { limitsPostSchema } from "../../../shared/api-limit/limits.ts";

const SEEN_MS = Date.parse("2026-11-27T12:00:00.000Z");
const ACCOUNT = "00000000-0000-4000-8000-0000000000aa";
const ORG = "00000000-0000-4000-8000-0000000000bb";
const user = { device_id: "d", account_uuid: ACCOUNT, session_id: "s" };
const metadata = JSON.stringify({ user_id: JSON.stringify(user) });

const planHeaders = {
  "anthropic-organization-id": ORG,
  "anthropic-ratelimit-unified-status": "allowed",
  "anthropic-ratelimit-unified-5h-utilization": "0.07",
  "anthropic-ratelimit-unified-5h-reset": "1795788000",
  "anthropic-ratelimit-unified-7d_oi-utilization": "1.02",
};
const keyHeaders = {
  "anthropic-workspace-id": "wrkspc_1",
  "anthropic-ratelimit-input-tokens-limit": "80000",
  "anthropic-ratelimit-input-tokens-remaining": "4000",
  "anthropic-ratelimit-input-tokens-reset": "2026-11-27T12:00:40Z",
};

function toFacts(change: Omit<Partial<Exchange>, "headers"> & { headers: Record<string, string> }) {
  return toAnswerFacts({
    status: 200,
    key: undefined,
    model: '"claude-opus-5-5"',
    metadata,
    workspace: undefined,
    error: undefined,
    seenAtMs: SEEN_MS,
    ...change,
    headers: new Map(Object.entries(change.headers)),
  });
}

describe("a reading", () => {
  test("has account and organisation of the request and its answer, and percents", () => {
    expect(toFacts({ headers: planHeaders })).toEqual({
      reading: {
        source: "proxy",
        account_uuid: ACCOUNT,
        org_uuid: ORG,
        account_email: null,
        observed_at: "2026-11-27T12:00:00.000Z",
        windows: {
          five_hour: { utilization: 7, resets_at: "2026-11-27T14:00:00.000Z" },
          seven_day_overage_included: { utilization: 102, resets_at: null },
        },
      },
    });
  });

  const { "anthropic-organization-id": _, ...withoutOrganisation } = planHeaders;
  test.each([
    ["no account in the request", { metadata: undefined, headers: planHeaders }],
    ["an account that is empty", { metadata: '{"user_id":"{\\"account_uuid\\":\\"\\"}"}', headers: planHeaders }],
    ["a user that is another program's", { metadata: '{"user_id":"me"}', headers: planHeaders }],
    ["metadata that is no JSON", { metadata: "{", headers: planHeaders }],
    ["no organisation in the answer", { headers: withoutOrganisation }],
    ["an organisation that is no uuid", { headers: { ...planHeaders, "anthropic-organization-id": "org_1" } }],
    ["an API key", { key: "0123456789ab", headers: planHeaders }],
    ["no window", { headers: { "anthropic-organization-id": ORG } }],
  ])("is not made with %s", (_name, change) => {
    expect(toFacts(change).reading).toBeUndefined();
  });
});

describe("the limits of a key", () => {
  test("are per hash, model and workspace, in the numbers of the headers", () => {
    const facts = toFacts({ key: "0123456789ab", headers: keyHeaders });
    expect(facts.keyLimits).toEqual({
      key: "0123456789ab",
      model: "claude-opus-5-5",
      workspace: "wrkspc_1",
      observed_at: "2026-11-27T12:00:00.000Z",
      buckets: [{ id: "input-tokens", limit: 80_000, remaining: 4_000, resets_at: "2026-11-27T12:00:40.000Z" }],
    });
    expect(limitsPostSchema.safeParse({ keys: [facts.keyLimits], refusals: [] }).success).toBe(true);
  });

  test("are none of a login", () => {
    expect(toFacts({ headers: keyHeaders }).keyLimits).toBeUndefined();
  });
});

describe("a refusal", () => {
  test("says which limit, and not a word of the answer", () => {
    const error = { type: "rate_limit_error", code: null, message: "SECRET requests per minute" };
    const facts = toFacts({ status: 429, key: "0123456789ab", headers: { "retry-after": "5" }, error });
    expect(facts.refusal).toMatchObject({ status: 429, kind: "requests", key: "0123456789ab", account_uuid: null });
    expect(JSON.stringify(facts)).not.toContain("SECRET");
    expect(limitsPostSchema.safeParse({ keys: [], refusals: [facts.refusal] }).success).toBe(true);
  });

  test("of a plan names the account", () => {
    const headers = { ...planHeaders, "anthropic-ratelimit-unified-status": "rejected" };
    expect(toFacts({ status: 429, headers }).refusal).toMatchObject({ kind: "plan", key: null, account_uuid: ACCOUNT });
  });

  test("is none of a success, or of a request that is wrong", () => {
    expect(toFacts({ headers: planHeaders }).refusal).toBeUndefined();
    const error = { type: "invalid_request_error", code: null, message: "max_tokens: Field required" };
    expect(toFacts({ status: 400, headers: {}, error }).refusal).toBeUndefined();
  });

  test("with names that are none leaves them out", () => {
    const facts = toFacts({ status: 529, model: '"a\\u001b[31m"', headers: { "anthropic-workspace-id": "a b" } });
    expect(facts.refusal).toMatchObject({ kind: "overload", model: null, workspace: null });
  });
});
