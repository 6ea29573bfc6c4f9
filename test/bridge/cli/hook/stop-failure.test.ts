// What a StopFailure hook makes of its input, and of the transcript that it names.
import { describe, expect, test } from "vitest";
import { findFailedTurn, parseStopFailure, toLimitWindows } from "../../../../bridge/cli/hook/stop-failure.ts";

const AT = "2026-11-27T15:35:18.370Z";
const AT_MS = Date.parse(AT);
const RESET = "2026-11-27T17:35:10.000Z";

/** As Claude Code 2.1.332 writes it, less what nobody reads. */
function createRow(quotaLimits: unknown, timestamp = AT) {
  return JSON.stringify({ type: "assistant", timestamp, isApiErrorMessage: true, quotaLimits });
}

const fiveHour = { status: "rejected", resetsAt: Date.parse(RESET) / 1000, rateLimitType: "five_hour" };

function toWindows(quotaLimits: unknown) {
  const turn = findFailedTurn(createRow(quotaLimits), AT_MS);
  return turn && toLimitWindows(turn);
}

describe("the input", () => {
  test("is read as far as it is known", () => {
    const input = { hook_event_name: "StopFailure", error: "rate_limit", transcript_path: "/t.jsonl", session_id: 7 };
    expect(parseStopFailure(input)).toMatchObject({
      error: "rate_limit",
      transcript_path: "/t.jsonl",
      session_id: null,
    });
  });

  test.each([undefined, null, [], "x", { hook_event_name: "Stop" }])("of another kind is none: %j", (input) => {
    expect(parseStopFailure(input)).toBeUndefined();
  });
});

describe("the transcript", () => {
  test("is searched from its end, past half lines and messages that quote one", () => {
    const quoting = JSON.stringify({ type: "user", timestamp: AT, text: createRow(fiveHour) });
    const tail = [createRow({ ...fiveHour, rateLimitType: "seven_day" }).slice(9), createRow(fiveHour), quoting].join(
      "\n",
    );
    expect(findFailedTurn(tail, AT_MS)).toMatchObject({ atMs: AT_MS, info: { rateLimitType: "five_hour" } });
  });

  test("says nothing of a turn that failed long ago", () => {
    expect(findFailedTurn(createRow(fiveHour), AT_MS + 61_000)).toBeUndefined();
  });

  test("has no quota behind a throttle", () => {
    expect(findFailedTurn(createRow(undefined), AT_MS)).toEqual({ atMs: AT_MS, info: null });
    expect(toWindows(undefined)).toBeUndefined();
  });
});

describe("the bridge", () => {
  test.each([
    ["the full window with its exact reset", fiveHour, { five_hour: { utilization: 100, resets_at: RESET } }],
    [
      "other windows as the server put them",
      {
        ...fiveHour,
        unifiedWindows: {
          five_hour: { utilization: 1.02, resetsAt: fiveHour.resetsAt, status: "rejected" },
          seven_day: { utilization: 0.5, resetsAt: fiveHour.resetsAt, status: "allowed" },
          seven_day_opus: { utilization: 1, resetsAt: fiveHour.resetsAt, status: "rejected" },
        },
      },
      {
        five_hour: { utilization: 102, resets_at: RESET },
        seven_day: { utilization: 50, resets_at: RESET },
        seven_day_opus: { utilization: 100, resets_at: RESET },
      },
    ],
    [
      "a model's window",
      { ...fiveHour, rateLimitType: "seven_day_overage_included" },
      { seven_day_overage_included: { utilization: 100, resets_at: RESET } },
    ],
    ["nothing of extra usage", { ...fiveHour, rateLimitType: "overage" }, undefined],
    ["nothing while overage pays", { ...fiveHour, isUsingOverage: true }, undefined],
    ["nothing of an answer that was allowed", { ...fiveHour, status: "allowed" }, undefined],
  ])("is told %s", (_name, quotaLimits, windows) => {
    expect(toWindows(quotaLimits)).toEqual(windows);
  });
});
