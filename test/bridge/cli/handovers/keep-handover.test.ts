// What is written down of a session that a limit stopped, and of which nothing is.
import { describe, expect, test } from "vitest";
import { findTodoCount } from "../../../../bridge/cli/handovers/count-todos.ts";
import { toHandover } from "../../../../bridge/cli/handovers/keep-handover.ts";
import { parseStopFailure } from "../../../../bridge/cli/hook/stop-failure.ts";
import { rateLimitInfoSchema } from "../../../../bridge/cli/limit/rate-limit-event.ts";
import { isOfNewWeek } from "../../../../bridge/state/handover-record.ts";
import { createHandover, SESSION } from "../../../shared/handover-examples.ts";

const AT_MS = Date.parse("2026-11-27T15:35:18.370Z");
const RESET = "2026-11-27T17:35:10.000Z";
const WEEK = "2026-11-30T04:00:00.000Z";
const fiveHour = { status: "rejected", resetsAt: Date.parse(RESET) / 1000, rateLimitType: "five_hour" };
const todos = (...statuses: string[]) =>
  JSON.stringify({
    type: "assistant",
    message: {
      content: [
        {
          type: "tool_use",
          name: "TodoWrite",
          input: { todos: statuses.map((status) => ({ status, content: "secret" })) },
        },
      ],
    },
  });

function toRecord(quotaLimits: unknown, input: object = {}, tail = "") {
  const failure = parseStopFailure({
    hook_event_name: "StopFailure",
    error: "rate_limit",
    session_id: SESSION,
    transcript_path: "/t.jsonl",
    last_assistant_message: "secret",
    ...input,
  });
  const info = quotaLimits === null ? null : rateLimitInfoSchema.parse(quotaLimits);
  const circumstances = { folder: "/p", configDir: null, weekResetsAt: WEEK, tail, nowMs: AT_MS + 500 };
  return failure && toHandover(failure, { atMs: AT_MS, info }, circumstances);
}

describe("a record", () => {
  test("has pointers, the exact reset and a count, and nothing that was said", () => {
    const record = toRecord(fiveHour, {}, `${todos("pending")}\n${todos("completed", "in_progress", "pending")}`);
    expect(record).toMatchObject({
      session_id: SESSION,
      folder: "/p",
      limit: { class: "plan", window: "five_hour", resets_at: RESET },
      week_resets_at: WEEK,
      cut_at: "2026-11-27T15:35:18.370Z",
      todos_pending: 2,
      state: "pending",
    });
    expect(JSON.stringify(record)).not.toContain("secret");
  });

  test.each([
    ["a throttle", null, {}],
    ["a turn that extra usage pays for", { ...fiveHour, isUsingOverage: true }, {}],
    [
      "a limit that only a person can lift",
      { ...fiveHour, rateLimitType: "overage", overageDisabledReason: "member_level_disabled" },
      {},
    ],
    ["a session whose id leads elsewhere", fiveHour, { session_id: "../../status" }],
    ["a session without a transcript", fiveHour, { transcript_path: null }],
  ])("is not made of %s", (_name, info, input) => {
    expect(toRecord(info, input)).toBeUndefined();
  });
});

test.each([
  ["nothing tells", "", null],
  ["half a line and a quotation", `${todos("pending").slice(9)}\n${JSON.stringify({ text: todos("pending") })}`, null],
  ["all are done", todos("completed"), 0],
  ["the last list counts", `${todos("pending", "pending")}\n${todos("pending")}`, 1],
])("todos: %s", (_name, tail, count) => {
  expect(findTodoCount(tail)).toBe(count);
});

test.each([
  ["the 5-hour limit in the same week", createHandover(), "2026-11-28T00:00:00.000Z", false],
  ["the 5-hour limit once the week has ended", createHandover(), "2026-11-30T04:00:00.000Z", true],
  [
    "the 5-hour limit of a week that nobody knows",
    createHandover({ week_resets_at: null }),
    "2026-12-24T00:00:00.000Z",
    false,
  ],
  ["the weekly limit", createHandover({ limit: { class: "plan", window: "seven_day", resets_at: WEEK } }), WEEK, true],
  [
    "a model's weekly limit",
    createHandover({ limit: { class: "model", window: "seven_day_opus", resets_at: WEEK } }),
    WEEK,
    true,
  ],
])("a new week is begun: %s", (_name, handover, at, isNew) => {
  expect(isOfNewWeek(handover, Date.parse(at))).toBe(isNew);
});
