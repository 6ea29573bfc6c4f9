// What a status line may tell the bridge about a row.
import { describe, expect, test } from "vitest";
import { type WitnessPost, witnessPostSchema, witnessReplySchema } from "../../shared/witness.ts";
import { createWitnessPost } from "./wire-examples.ts";

const window = { utilization: 12, resets_at: "2026-11-20T12:00:00.000Z" };

describe("a witness", () => {
  test.each<[string, WitnessPost]>([
    ["of both windows", createWitnessPost()],
    ["of the five-hour window alone", createWitnessPost({ windows: { five_hour: window } })],
    ["of a window that has not started", createWitnessPost({ windows: { five_hour: { ...window, resets_at: null } } })],
    ["of a window over its limit", createWitnessPost({ windows: { seven_day: { ...window, utilization: 105 } } })],
  ])("%s is taken", (_name, post) => {
    expect(witnessPostSchema.safeParse(post).error).toBeUndefined();
  });

  test.each<[string, Record<string, unknown>]>([
    ["without an account", { account_uuid: undefined }],
    ["with an e-mail for an account", { account_uuid: "user@example.com" }],
    ["with a path for an organisation", { org_uuid: "../../etc/passwd" }],
    ["with upper case ids, which would be a second row", { org_uuid: "00000000-0000-4000-8000-0000000000BB" }],
    ["without a moment", { observed_at: undefined }],
    ["with epoch seconds for a moment", { observed_at: 1779124800 }],
    ["with an epoch for a percentage", { windows: { five_hour: { ...window, utilization: 1779124800 } } }],
    ["with a percentage below zero", { windows: { five_hour: { ...window, utilization: -1 } } }],
    ["with text for a percentage", { windows: { five_hour: { ...window, utilization: "12" } } }],
    ["without a reset, not even null", { windows: { five_hour: { utilization: 12 } } }],
  ])("%s is refused", (_name, change) => {
    expect(witnessPostSchema.safeParse({ ...createWitnessPost(), ...change }).success).toBe(false);
  });

  test("that is kept is said to be kept, in words that may grow", () => {
    expect(witnessReplySchema.safeParse({ kept: true, later: 1 }).success).toBe(true);
    expect(witnessReplySchema.safeParse({}).success).toBe(false);
  });
});
