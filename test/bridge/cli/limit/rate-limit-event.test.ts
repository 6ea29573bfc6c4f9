// Which limit a rejected event means, and that its shares and moments are read in its own units.
import { describe, expect, test } from "vitest";
import { rateLimitEventSchema, toEventLimit, toEventWindows } from "../../../../bridge/cli/limit/rate-limit-event.ts";

const NOW_MS = Date.UTC(2026, 10, 20, 10);
const SOON = NOW_MS / 1000 + 3_600;
const LATER = NOW_MS / 1000 + 86_400;

function toEvent(info: Record<string, unknown>) {
  const whole = { status: "rejected", ...info };
  return rateLimitEventSchema.parse({ type: "rate_limit_event", rate_limit_info: whole }).rate_limit_info;
}

describe("the limit is", () => {
  test.each<[string, Record<string, unknown>, string | null, string, number | null]>([
    ["the claimed window", { rateLimitType: "five_hour", resetsAt: SOON }, "five_hour", "plan", SOON],
    [
      "the claimed window, when others have room",
      {
        rateLimitType: "five_hour",
        resetsAt: SOON,
        unifiedWindows: { seven_day: { utilization: 0.9, resetsAt: LATER } },
      },
      "five_hour",
      "plan",
      SOON,
    ],
    [
      "of two full windows the one that is free last",
      {
        rateLimitType: "five_hour",
        resetsAt: SOON,
        unifiedWindows: {
          five_hour: { utilization: 1, resetsAt: SOON },
          seven_day: { utilization: 1.02, resetsAt: LATER },
        },
      },
      "seven_day",
      "plan",
      LATER,
    ],
    ["one model's", { rateLimitType: "seven_day_opus", resetsAt: LATER }, "seven_day_opus", "model", LATER],
    ["unnamed", { resetsAt: SOON }, null, "plan", SOON],
    ["without a time that can be", { rateLimitType: "five_hour", resetsAt: 42 }, "five_hour", "plan", null],
    ["a window nobody knows yet", { rateLimitType: "thirty_day", resetsAt: LATER }, "thirty_day", "plan", LATER],
    [
      "money that a person must add",
      { errorCode: "credits_required", rateLimitType: "overage", resetsAt: SOON },
      "overage",
      "credits",
      null,
    ],
    ["money that comes back", { rateLimitType: "overage", resetsAt: LATER }, "overage", "credits", LATER],
  ])("%s", (_name, info, window, limitClass, resetsAt) => {
    const limit = toEventLimit(toEvent(info), NOW_MS);
    const resetsAtMs = resetsAt === null ? null : resetsAt * 1000;
    expect(limit).toMatchObject({ window, class: limitClass, resetsAtMs });
  });
});

describe("a share is a fraction, whatever its size", () => {
  test.each([
    [1, 100],
    [0.01, 1],
    [0.07, 7],
    [0.005, 0.5],
    [1.02, 102],
    [0, 0],
    [-0.1, null],
    [42, null],
    ["0.5", null],
    [null, null],
    [Number.NaN, null],
  ])("%j is %j percent", (utilization, percent) => {
    const event = toEvent({ unifiedWindows: { five_hour: { utilization, resetsAt: SOON } } });
    expect(toEventWindows(event)).toMatchObject([{ window: "five_hour", usedPercent: percent }]);
  });
});

test("parts that nobody understands cost only themselves", () => {
  const event = toEvent({ rateLimitType: 5, resetsAt: {}, unifiedWindows: { five_hour: "full", seven_day: [] } });
  expect(toEventLimit(event, NOW_MS)).toMatchObject({ window: null, class: "plan", resetsAtMs: null });
});
