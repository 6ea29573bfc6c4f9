// One look at claude.ai: what one part's failure costs, whose the numbers are, and what ends the look.
import { describe, expect, test } from "vitest";
import type { ClaudeAi } from "../../extension/claude-ai/claude-ai.ts";
import { type Known, type PollResult, poll } from "../../extension/poll.ts";
import { MeterError, type MeterErrorCode } from "../../shared/claude-ai/meter-error.ts";
import type { Snapshot } from "../../shared/snapshot.ts";

const NOON = Date.parse("2026-11-20T12:00:00.000Z");
const MINUTE = 60_000;
const account_uuid = "a11ce000-0000-4000-8000-000000000000";
const account_email = "user@example.com";
const organisation = { org_uuid: "a11ce000-0000-4000-8000-000000000001", org_name: "Example", plan: "Pro" } as const;
const other = { ...organisation, org_uuid: "a11ce000-0000-4000-8000-000000000002", org_name: "Other" };
const organisations = [organisation, other];
const amounts = { used: null, limit: null, currency: null };
const overage = { ...amounts, enabled: false, out_of_credits: false, disabled_reason: null, disabled_until: null };

type Part = "account" | "organisations" | "usage" | "overage" | "subscription";
type Failure = { part: Part; code: MeterErrorCode; orgUuid?: string; retryAfterMs?: number };

/** A claude.ai with two organisations whose answers a test can change; each look is a minute after the one before. */
function createScene() {
  const failures: Failure[] = [];
  const asked: string[] = [];
  const scene = {
    failures,
    asked,
    account: account_uuid,
    hanging: new Map<Part, Promise<void>>(),
    nowMs: NOON,
  };
  const answer = async <T>(part: Part, value: T, orgUuid?: string): Promise<T> => {
    scene.asked.push(part);
    await scene.hanging.get(part);
    const failure = scene.failures.find((each) => each.part === part && (each.orgUuid ?? orgUuid) === orgUuid);
    if (failure) throw new MeterError(failure.code, { retryAfterMs: failure.retryAfterMs });
    return value;
  };
  const fetched_at = () => new Date(scene.nowMs).toISOString();
  const usage = { usage: { five_hour: null }, windows: [], money: null, problems: [] };
  const subscription = { status: "active", renews_at: null, ends_at: null, billing_interval: null };
  const claudeAi: ClaudeAi = {
    fetchAccount: async () => ({
      ...(await answer("account", { account_email, organisations })),
      account_uuid: scene.account,
    }),
    fetchOrganisations: () => answer("organisations", organisations),
    fetchUsage: (orgUuid) => answer("usage", { value: usage, fetched_at: fetched_at() }, orgUuid),
    fetchOverage: (orgUuid) => answer("overage", { value: overage, fetched_at: fetched_at() }, orgUuid),
    fetchSubscription: (orgUuid) => answer("subscription", { value: subscription, fetched_at: fetched_at() }, orgUuid),
  };
  let known: Known = { lanes: {} };
  const look = async (onRead: (result: PollResult) => void = () => {}) => {
    scene.asked.length = 0;
    const options = { now: () => scene.nowMs, random: () => 0, onRead: async (read: PollResult) => onRead(read) };
    const result = await poll(claudeAi, known, options);
    known = result;
    scene.nowMs += MINUTE;
    return result.snapshots;
  };
  const countAsked = (part: Part) => scene.asked.filter((each) => each === part).length;
  return Object.assign(scene, { look, countAsked });
}

function toLines(snapshots: readonly Snapshot[]) {
  return snapshots.map(({ org_uuid, usage, errors }) => [org_uuid === other.org_uuid, usage !== null, errors]);
}

async function look(failure?: Failure) {
  const scene = createScene();
  if (failure) scene.failures.push(failure);
  return toLines(await scene.look());
}

test("in order, every organisation is read without a complaint", async () => {
  expect(await look()).toEqual([
    [false, true, []],
    [true, true, []],
  ]);
});

describe("what fails for one part costs that part", () => {
  const codes = ["server-error", "offline", "changed", "challenge", "rate-limited"] as const;
  test.each(
    (["overage", "subscription", "account"] as const).flatMap((part) => codes.map((code) => [part, code] as const)),
  )("%s: %s", async (part, code) => {
    expect(await look({ part, code })).toEqual([
      [false, true, [`${part}: ${code}`]],
      [true, true, [`${part}: ${code}`]],
    ]);
  });

  test("an organisation that has no overage", async () => {
    expect(await look({ part: "overage", code: "no-plan", orgUuid: other.org_uuid })).toEqual([
      [false, true, []],
      [true, true, ["overage: not-available"]],
    ]);
  });

  test.each(codes)("usage of one organisation: %s", async (code) => {
    expect(await look({ part: "usage", code, orgUuid: other.org_uuid })).toEqual([
      [false, true, []],
      [true, false, [`usage: ${code}`]],
    ]);
  });
});

describe("what fails for all ends the look", () => {
  test.each([
    ["account", "signed-out"],
    ["usage", "signed-out"],
    ["usage", "server-error"],
    ["usage", "changed"],
    ["usage", "offline"],
    ["usage", "rate-limited"],
    ["usage", "challenge"],
  ] as const)("%s: %s", async (part, code) => {
    await expect(look({ part, code })).rejects.toMatchObject({ code });
  });

  test("neither the account nor the list of organisations answers", async () => {
    const scene = createScene();
    scene.failures.push({ part: "account", code: "offline" }, { part: "organisations", code: "rate-limited" });
    await expect(scene.look()).rejects.toMatchObject({ code: "rate-limited" });
    expect(scene.asked).toEqual(["account", "organisations"]);
  });
});

describe("requests", () => {
  test("the first look asks the account before and after, each later one once, after the usage", async () => {
    const scene = createScene();
    await scene.look();
    expect(scene.asked.slice(0, 3)).toEqual(["account", "usage", "usage"]);
    expect(scene.countAsked("account")).toBe(2);
    await scene.look();
    expect(scene.asked).toEqual(["usage", "usage", "account"]);
  });

  test("an hour of looks asks overage each five minutes and subscription each fifteen", async () => {
    const scene = createScene();
    const counts = { account: 0, usage: 0, overage: 0, subscription: 0 };
    for (let minute = 0; minute < 60; minute += 1) {
      await scene.look();
      for (const part of ["account", "usage", "overage", "subscription"] as const) {
        counts[part] += scene.countAsked(part);
      }
    }
    expect(counts).toEqual({ account: 61, usage: 120, overage: 24, subscription: 8 });
  });

  test.each([
    ["usage of one organisation without a plan", { part: "usage", code: "no-plan", orgUuid: other.org_uuid }, 360],
    ["overage that there is not", { part: "overage", code: "no-plan" }, 60],
    ["subscription that there is not", { part: "subscription", code: "no-plan" }, 60],
    ["overage, rate limited", { part: "overage", code: "rate-limited" }, 15],
    ["overage, rate limited for an hour", { part: "overage", code: "rate-limited", retryAfterMs: 60 * MINUTE }, 60],
    ["overage behind a challenge", { part: "overage", code: "challenge" }, 5],
    ["the account, rate limited", { part: "account", code: "rate-limited" }, 15],
    ["usage of one organisation, rate limited", { part: "usage", code: "rate-limited", orgUuid: other.org_uuid }, 15],
  ] as const)("%s is asked again after its own pause", async (_name, failure, minutes) => {
    const scene = createScene();
    scene.failures.push(failure);
    await scene.look();
    const first = failure.part === "usage" ? 1 : 0;
    for (let minute = 1; minute < minutes; minute += 1) {
      await scene.look();
      expect(scene.countAsked(failure.part), `minute ${minute}`).toBe(first);
    }
    await scene.look();
    expect(scene.countAsked(failure.part)).toBeGreaterThan(first);
  });
});

describe("whose the numbers are", () => {
  const bob = "b0b00000-0000-4000-8000-000000000000";

  test("who signed in since the last look is read as themselves", async () => {
    const scene = createScene();
    await scene.look();
    scene.account = bob;
    expect((await scene.look()).map((each) => each.account_uuid)).toEqual([bob, bob]);
    expect(scene.asked.slice(0, 4)).toEqual(["usage", "usage", "account", "account"]);
  });

  test("what is read while somebody else signs in is nobody's, and the next look is theirs", async () => {
    const scene = createScene();
    let release = () => {};
    scene.hanging.set("usage", new Promise((resolve) => (release = resolve)));
    const read = scene.look();
    await expect.poll(() => scene.countAsked("usage")).toBe(2);
    scene.account = bob;
    release();
    expect(await read).toEqual([]);
    expect((await scene.look()).map((each) => each.account_uuid)).toEqual([bob, bob]);
  });

  test("a refusal to somebody else's session closes no lane of this account", async () => {
    const scene = createScene();
    await scene.look();
    scene.account = bob;
    scene.failures.push({ part: "usage", code: "no-plan" });
    await scene.look();
    scene.account = account_uuid;
    scene.failures.length = 0;
    expect(toLines(await scene.look()).map(([, isRead]) => isRead)).toEqual([true, true]);
  });

  test("while the account does not answer the readings are of an unknown one", async () => {
    const scene = createScene();
    await scene.look();
    scene.failures.push({ part: "account", code: "offline" });
    expect((await scene.look()).map((each) => each.account_uuid)).toEqual([null, null]);
  });

  test("in a first look the account that answered before counts when it does not answer after", async () => {
    const scene = createScene();
    let release = () => {};
    scene.hanging.set("usage", new Promise((resolve) => (release = resolve)));
    const read = scene.look();
    await expect.poll(() => scene.countAsked("usage")).toBe(2);
    scene.failures.push({ part: "account", code: "offline" });
    release();
    expect((await read).map((each) => each.account_uuid)).toEqual([account_uuid, account_uuid]);
  });
});

test("the usage is handed over before what hangs behind it has come", async () => {
  const scene = createScene();
  let release = () => {};
  scene.hanging.set("overage", new Promise((resolve) => (release = resolve)));
  const handed = await new Promise<PollResult>((resolve) => void scene.look(resolve));
  expect(toLines(handed.snapshots)).toEqual([
    [false, true, []],
    [true, true, []],
  ]);
  release();
});
