// One look at claude.ai: what one part's failure costs, and what ends the look.
import { describe, expect, test } from "vitest";
import type { ClaudeAi } from "../../extension/claude-ai/claude-ai.ts";
import { poll } from "../../extension/poll.ts";
import { MeterError, type MeterErrorCode } from "../../shared/claude-ai/meter-error.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const fetched_at = "2026-11-20T12:00:00.000Z";
const account_uuid = "a11ce000-0000-4000-8000-000000000000";
const organisation = { org_uuid: "a11ce000-0000-4000-8000-000000000001", org_name: "Example", plan: "Pro" } as const;
const amounts = { used: null, limit: null, currency: null };
const overage = { ...amounts, enabled: false, out_of_credits: false, disabled_reason: null, disabled_until: null };
const other = { ...organisation, org_uuid: "a11ce000-0000-4000-8000-000000000002", org_name: "Other" };

type Failure = { part: "account" | "usage" | "overage" | "subscription"; code: MeterErrorCode; orgUuid?: string };

/** A claude.ai with two organisations, in order but for one part. */
function createClaudeAi(failure?: Failure): ClaudeAi {
  const answer = async <T>(part: Failure["part"], value: T, orgUuid?: string): Promise<T> => {
    const isHit = failure?.part === part && (failure.orgUuid === undefined || failure.orgUuid === orgUuid);
    if (isHit) throw new MeterError(failure.code);
    return await Promise.resolve(value);
  };
  const organisations = [organisation, other];
  const usage = { usage: { five_hour: null }, windows: [], money: null, problems: [] };
  const subscription = { status: "active", renews_at: null, ends_at: null, billing_interval: null };
  return {
    fetchAccount: () => answer("account", { account_uuid, account_email: "user@example.com", organisations }),
    fetchOrganisations: () => Promise.resolve(organisations),
    fetchUsage: (orgUuid) => answer("usage", { value: usage, fetched_at }, orgUuid),
    fetchOverage: (orgUuid) => answer("overage", { value: overage, fetched_at }, orgUuid),
    fetchSubscription: (orgUuid) => answer("subscription", { value: subscription, fetched_at }, orgUuid),
  };
}

async function look(failure?: Failure) {
  const { snapshots } = await poll(createClaudeAi(failure), {}, () => NOON);
  return snapshots.map(({ org_uuid, usage, errors }) => [org_uuid === other.org_uuid, usage !== null, errors]);
}

test("in order, every organisation is read without a complaint", async () => {
  expect(await look()).toEqual([
    [false, true, []],
    [true, true, []],
  ]);
});

describe("what fails for one part costs that part", () => {
  test.each([
    ["overage", "server-error", "overage: server-error"],
    ["overage", "offline", "overage: offline"],
    ["overage", "changed", "overage: changed"],
    ["overage", "no-plan", "overage: not-available"],
    ["subscription", "offline", "subscription: offline"],
  ] as const)("%s: %s", async (part, code, error) => {
    expect(await look({ part, code })).toEqual([
      [false, true, [error]],
      [true, true, [error]],
    ]);
  });

  test.each(["server-error", "changed", "offline"] as const)("usage of one organisation: %s", async (code) => {
    expect(await look({ part: "usage", code, orgUuid: other.org_uuid })).toEqual([
      [false, true, []],
      [true, false, [`usage: ${code}`]],
    ]);
  });
});

describe("what fails for all ends the look", () => {
  test.each([
    ["account", "offline"],
    ["account", "signed-out"],
    ["usage", "server-error"],
    ["usage", "changed"],
    ["usage", "offline"],
    ["usage", "rate-limited"],
    ["overage", "challenge"],
  ] as const)("%s: %s", async (part, code) => {
    await expect(look({ part, code })).rejects.toMatchObject({ code });
  });
});
