// The sentences of Claude Code: what each means, and which sentences only look like one.
import { describe, expect, test } from "vitest";
import { toLimitText } from "../../../../bridge/cli/limit/limit-text.ts";

const sentences = [
  ["Claude AI usage limit reached|1753077600", "plan", null, "usage", "|1753077600"],
  ["Claude usage limit reached", "plan", null, "usage", null],
  ["5-hour limit reached ∙ resets 3pm", "plan", "five_hour", "5-hour", "3pm"],
  [
    "Weekly limit reached ∙ resets Sep 16 at 9pm (Asia/Manila)",
    "plan",
    "seven_day",
    "weekly",
    "Sep 16 at 9pm (Asia/Manila)",
  ],
  ["You've hit your limit · resets 1am (America/Vancouver)", "plan", null, "usage", "1am (America/Vancouver)"],
  ["You've hit your limit, resets 8:50pm", "plan", null, "usage", "8:50pm"],
  ["You’ve hit your session limit · resets 3:45pm", "plan", "five_hour", "5-hour", "3:45pm"],
  ["You've hit your weekly limit · resets Jun 11, 4am (UTC)", "plan", "seven_day", "weekly", "Jun 11, 4am (UTC)"],
  ["You've hit your usage limit.", "plan", null, "usage", null],
  ["You've hit your Opus limit · resets 3:45pm", "model", "seven_day_opus", "weekly Opus", "3:45pm"],
  ["You've hit your weekly Sonnet limit", "model", "seven_day_sonnet", "weekly Sonnet", null],
  ["You've reached your Fable 5 limit.", "model", "seven_day_overage_included", "weekly Fable", null],
  ["You've reached your Quill 6.1 limit · resets 3pm", "model", null, "Quill", "3pm"],
  [
    "Claude usage limit reached. Your limit will reset at 7pm (America/New_York).",
    "plan",
    null,
    "usage",
    "7pm (America/New_York)",
  ],
  ["You're out of usage credits. Switch to another model to continue.", "credits", null, "extra usage", null],
  ["You're out of usage credits · resets 8:40pm (UTC)", "credits", null, "extra usage", "8:40pm (UTC)"],
  ["You've hit your monthly spend limit · raise it at claude.ai/settings/usage", "credits", null, "extra usage", null],
  ["Your group's usage limit is set to $0", "credits", null, "extra usage", null],
  ["Fable 5 requires usage credits", "credits", null, "extra usage", null],
  ["spend limit reached (daily; resets 2026-08-09 00:00 UTC)", "gateway", null, "spend", "2026-08-09 00:00 UTC"],
  ["Credit balance is too low", "billing", null, "usage", null],
  [
    "You've hit your session limit · resets 3pm\n/upgrade to increase your usage limit.",
    "plan",
    "five_hour",
    "5-hour",
    "3pm",
  ],
  ["\u001b[33mYou've hit your session limit · resets 3pm\u001b[0m", "plan", "five_hour", "5-hour", "3pm"],
  ["You have hit your 5-hour limit · resets 3pm", "plan", "five_hour", "5-hour", "3pm"],
  ["You've hit your weekly limit · resets Aug 8", "plan", "seven_day", "weekly", "Aug 8"],
  ["You've hit your weekly limit · resets 3pm tomorrow", "plan", "seven_day", "weekly", "3pm tomorrow"],
  ["@scope/agent:night: You've hit your limit · resets midnight", "plan", null, "usage", "midnight"],
  [`"You've hit your limit · resets 3pm"`, "plan", null, "usage", "3pm"],
  [`level=error msg="You've hit your limit · resets 3pm" code=1`, "plan", null, "usage", "3pm"],
  ["🚫 You've hit your limit · resets 27 Nov, 3pm", "plan", null, "usage", "27 Nov, 3pm"],
] as const;

describe("a sentence of Claude Code", () => {
  test.each(sentences)("%s", (text, expectedClass, window, name, resetText) => {
    expect(toLimitText(text)).toMatchObject({ class: expectedClass, window, name, resetText, isWhole: true });
  });
});

describe("a sentence that stops nobody", () => {
  test.each([
    ["Fable 5 limit reached · continuing on Fable 5 uses usage credits", "transition"],
    ["You're now using usage credits", "transition"],
    ["Now using usage credits", "transition"],
    ["You've used 90% of your weekly limit", "warning"],
    ["You're close to your session limit", "warning"],
    ["Failed to authenticate: OAuth session expired and could not be refreshed", "auth"],
    ["API Error: 529 Overloaded", "overload"],
    ["API Error: 429 rate_limit_error", "refused"],
  ])("%s", (text, expectedClass) => {
    expect(toLimitText(text)?.class).toBe(expectedClass);
  });
});

describe("a line of prose is not a whole sentence", () => {
  test.each([
    "You've hit your rate limit because the loop has no pause",
    "You've hit your stride",
    "You've hit your limit. I wrote that sentence into the docs",
    "You've hit your weekly limits of coffee",
    "You've reached your limit of three attempts; resets 3pm is what the page says",
    "Credit balance is too low to test this path, so I mocked it",
    "Weekly limit reached events are counted in meter.ts",
    "Opus limit reached: see the table",
    "Your seat type doesn't include usage in the test data, so the row is empty",
    "Your group's usage limit is set to $0.50",
    "Fable 5 requires usage credits when the plan is Pro",
    "You're out of usage credits in this scenario",
    "5-hour limit reached means that the bar is full",
    "You have hit your limit",
    "You have reached your limit of three attempts",
    "You've hit your weekly limit · resets Nov 27 if all goes well",
  ])("%s", (text) => {
    expect(toLimitText(text)?.isWhole ?? false).toBe(false);
  });
});

describe("a line that begins otherwise is no sentence at all", () => {
  test.each([
    "the log says: You've hit your limit · resets 3pm",
    "> You've hit your limit · resets 3pm",
    `"You've hit your limit · resets 3pm", he said`,
    'level=info msg="next" note="You\'ve hit your limit · resets 3pm"',
    "docs/limits.md:12: You've hit your limit · resets 3pm",
    "resets 3pm",
    "rate limit reached",
    "",
  ])("%j", (text) => {
    expect(toLimitText(text)).toBeUndefined();
  });
});
