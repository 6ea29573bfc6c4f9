// Output of Claude Code as public reports show it, made anew so that the tests stand without the shared fixtures.

export const rejectedFiveHour = {
  type: "rate_limit_event",
  rate_limit_info: {
    status: "rejected",
    resetsAt: 1_795_176_000,
    rateLimitType: "five_hour",
    overageStatus: "rejected",
    overageDisabledReason: "out_of_credits",
    isUsingOverage: false,
    unifiedWindows: {
      five_hour: { utilization: 1, resetsAt: 1_795_176_000 },
      seven_day: { utilization: 0.45, resetsAt: 1_795_500_000 },
    },
  },
  uuid: "00000000-0000-4000-8000-000000000400",
  session_id: "00000000-0000-4000-8000-000000000200",
} as const;

export const rejectedWeekly = {
  type: "rate_limit_event",
  rate_limit_info: { status: "rejected", resetsAt: 1_795_500_000, rateLimitType: "seven_day" },
} as const;

export const allowed = {
  type: "rate_limit_event",
  rate_limit_info: { status: "allowed", resetsAt: 1_795_176_000, rateLimitType: "five_hour" },
} as const;

export const warning = {
  type: "rate_limit_event",
  rate_limit_info: {
    status: "allowed_warning",
    resetsAt: 1_795_176_000,
    rateLimitType: "five_hour",
    surpassedThreshold: 0.9,
  },
} as const;

export function toSynthetic(text: string, error: string | null = "rate_limit") {
  return {
    type: "assistant",
    message: { model: "<synthetic>", role: "assistant", content: [{ type: "text", text }] },
    error,
    is_api_error_message: true,
  };
}

export function toAssistant(text: string) {
  return {
    type: "assistant",
    message: { model: "claude-opus-5", role: "assistant", content: [{ type: "text", text }] },
    parent_tool_use_id: null,
  };
}

export function toToolResult(content: string) {
  return { type: "user", message: { role: "user", content: [{ type: "tool_result", is_error: true, content }] } };
}

export function toErrorResult(text: string, status: number | null = 429) {
  // The key order of the real thing: "type" comes late.
  return {
    is_error: true,
    terminal_reason: "api_error",
    subtype: "success",
    api_error_status: status,
    result: text,
    type: "result",
  };
}

export function toSuccessResult(text: string) {
  return { type: "result", subtype: "success", is_error: false, result: text, api_error_status: null };
}

export const init = { type: "system", subtype: "init", model: "claude-opus-5", tools: ["Bash", "Read"] } as const;

/** As --output-format stream-json prints them. */
export function toStream(...messages: readonly unknown[]): string {
  return messages.map((message) => `${JSON.stringify(message)}\n`).join("");
}
