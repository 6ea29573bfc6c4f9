// Sentences as Claude Code composes them, put together from their parts, and dressed as terminals and runners dress them.
// Written from the composition of Claude Code 2.1.332 and from public reports, apart from the grammar that reads them.
import fc from "fast-check";

export type Sentence = { text: string; needsPerson: boolean; hasReset: boolean };

const zones = [
  "UTC",
  "Europe/Berlin",
  "America/Sao_Paulo",
  "Asia/Kolkata",
  "America/Argentina/Buenos_Aires",
  "Etc/GMT+3",
];
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const url = fc.constantFrom(
  "https://claude.ai/settings/usage?from=cc_cli_limit_message",
  "https://claude.ai/admin-settings/usage",
  "claude.ai/settings/usage",
);

const hour12 = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.option(fc.integer({ min: 0, max: 59 })), fc.constantFrom("am", "pm"))
  .map(([hour, minute, half]) => `${hour}${minute === null ? "" : `:${String(minute).padStart(2, "0")}`}${half}`);
const hour24 = fc
  .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
  .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`);
const monthDay = fc
  .tuple(fc.constantFrom(...months), fc.integer({ min: 1, max: 28 }), fc.constantFrom("", ", 2027"))
  .map(([month, day, year]) => `${month} ${day}${year}`);
const zone = fc.oneof(
  fc.constant(""),
  fc.constantFrom(...zones).map((name) => ` (${name})`),
  fc.constantFrom(" (GMT+2)", " (UTC+05:30)", " (GMT-3)", " UTC"),
);
const clock = fc.tuple(fc.oneof(hour12, hour12, hour24), zone).map((parts) => parts.join(""));
const when = fc.oneof(
  clock,
  fc.tuple(monthDay, fc.constantFrom(", ", " at "), clock).map((parts) => parts.join("")),
  fc
    .tuple(fc.constantFrom("Mon", "Thursday", "Sun"), fc.constantFrom(" ", " at "), clock)
    .map((parts) => parts.join("")),
  fc.tuple(fc.constant("tomorrow at "), clock).map((parts) => parts.join("")),
  fc.tuple(hour12, fc.constantFrom(" tomorrow", " tomorrow (UTC)", " on Nov 27")).map((parts) => parts.join("")),
  monthDay,
  fc.constantFrom(
    "27 Nov, 3pm",
    "27 Nov 2026 at 15:45",
    "11/27/2026, 3:45 PM",
    "11/27/2026, 3:45:00 PM (UTC)",
    "midnight",
    "midnight (Europe/Berlin)",
    "2026-12-01",
  ),
  fc.constantFrom(
    "today at 11:59pm (UTC)",
    "in 2 hours",
    "in 45 minutes",
    "in 1h 30m",
    "in 3 hours and 5 minutes",
    "in 2 days",
  ),
);
const dot = fc.constant(" · ");

const model = fc.constantFrom("Opus", "Sonnet", "Fable", "Haiku", "Mythos", "Fable 5", "Opus 4.8");
const limitName = fc.oneof(
  fc.constantFrom("5-hour limit", "session limit", "weekly limit", "usage limit", "limit"),
  model.map((name) => `${name} limit`),
  fc.constantFrom("weekly Opus limit", "Sonnet weekly limit"),
);
const planName = fc.constantFrom("5-hour limit", "session limit", "weekly limit", "Opus limit");
const notes = fc
  .subarray(["progress saved", "out of usage credits", "out of extra usage"])
  .map((list) => list.map((note) => ` · ${note}`).join(""));
const advice = fc.oneof(
  fc.constantFrom(
    " · /upgrade to Max or turn on /extra-usage",
    " · /upgrade to keep using Claude Code",
    " · /upgrade to Max or add funds to continue with extra usage",
    " · run /usage-credits to continue",
    ". Switch to another model to continue.",
    ". Run /usage-credits to continue or switch models with /model.",
    ". Upgrade to increase your usage limit.",
    " · See https://claude.ai/settings/usage",
  ),
  url.map((link) => `. Switch to another model, or manage usage credits at ${link}, to continue.`),
);
const maybe = (part: fc.Arbitrary<string>) => fc.oneof(fc.constant(""), part);
const resets = fc.oneof(
  fc.tuple(dot, fc.constant("resets "), when).map((parts) => parts.join("")),
  fc.tuple(dot, fc.constant("resets "), when).map((parts) => parts.join("")),
  fc
    .tuple(fc.constantFrom(". Your limit will reset at ", ". It will reset at ", ", resets ", ". It resets "), clock)
    .map((parts) => parts.join("")),
);
const planResets = fc.tuple(planName, when).map(([name, time]) => ` · your ${name} resets ${time}`);
const raise = fc.oneof(
  url.map((link) => ` · raise it at ${link}`),
  url.map((link) => ` · ask your admin to raise it at ${link}`),
  url.map((link) => ` · run /usage-credits to raise it, or visit ${link}`),
  fc.constant(" · manage it in admin settings on the web"),
);

type Parts = { needsPerson?: boolean; parts: readonly fc.Arbitrary<string>[]; resetAt?: readonly number[] };

/** Part `resetAt` holds a reset when it is not empty. */
function compose({ parts, needsPerson = false, resetAt = [] }: Parts): fc.Arbitrary<Sentence> {
  return fc.tuple(...parts).map((texts) => ({
    text: texts.join(""),
    needsPerson,
    hasReset: resetAt.some((index) => texts[index] !== ""),
  }));
}

const plan = compose({
  parts: [fc.constantFrom("You've hit your ", "You've reached your "), limitName, maybe(resets), notes, maybe(advice)],
  resetAt: [2],
});
const long = compose({
  parts: [
    fc.constantFrom("You have hit your ", "You have reached your "),
    limitName,
    fc.tuple(dot, fc.constant("resets "), when).map((parts) => parts.join("")),
    notes,
    maybe(advice),
  ],
  resetAt: [2],
});
const older = compose({
  parts: [
    fc.constantFrom(
      "5-hour limit reached",
      "Weekly limit reached",
      "Session limit reached",
      "Opus weekly limit reached",
      "Limit reached",
      "Usage limit reached",
    ),
    fc.oneof(
      fc.tuple(dot, fc.constant("resets "), when).map((parts) => parts.join("")),
      clock.map((time) => `. Your limit will reset at ${time}.`),
    ),
    maybe(fc.constant(" · /upgrade to Max or turn on /extra-usage")),
  ],
  resetAt: [1],
});
const oldest = compose({
  parts: [
    fc.constantFrom("Claude usage limit reached", "Claude AI usage limit reached", "Claude Pro usage limit reached"),
    fc.oneof(
      fc.constant("|1795176000"),
      clock.map((time) => `. Your limit will reset at ${time}.`),
    ),
  ],
  resetAt: [1],
});
const spend = compose({
  parts: [
    fc.constant("You've hit your "),
    fc.constantFrom("monthly ", "individual ", "org's monthly ", "channel's monthly "),
    fc.constantFrom("spend limit", "spend limit"),
    maybe(raise),
    maybe(planResets),
  ],
  resetAt: [4],
});
const ownUsage = compose({
  parts: [
    fc.constantFrom("You've hit your individual usage limit", "You've hit your org's monthly usage limit"),
    maybe(fc.tuple(dot, fc.constant("resets "), when).map((parts) => parts.join(""))),
  ],
  resetAt: [1],
});
const budget = compose({
  parts: [
    fc.constant("You've hit your team's pooled group budget"),
    maybe(fc.tuple(dot, fc.constant("resets "), when).map((parts) => parts.join(""))),
    maybe(url.map((link) => ` · raise it at ${link}`)),
    maybe(planResets),
  ],
  resetAt: [1, 3],
});
const credits = compose({
  parts: [
    fc.constantFrom("You're out of usage credits", "You're out of extra usage"),
    maybe(fc.tuple(dot, fc.constant("resets "), when).map((parts) => parts.join(""))),
    maybe(
      fc.constantFrom(
        " · progress saved",
        ". Run /usage-credits to keep using Fable 5 or /model to switch models.",
        ". Switch to another model to continue.",
      ),
    ),
  ],
  resetAt: [1],
});
const person = compose({
  needsPerson: true,
  parts: [
    fc.constantFrom(
      "Your org is out of usage · add funds to continue",
      "Your org is out of usage · contact your admin",
      "Your seat type doesn't include usage",
      "Your seat type doesn't include usage credits",
      "This service is disabled for your org",
      "Usage is paused for your organization. For help, please contact support.",
      "Your usage allocation has been disabled by your admin",
      "Your usage allocation has been disabled by your admin · run /usage-credits to ask your admin for a higher limit",
      "Your group's usage limit is set to $0 · run /usage-credits to ask your admin for a higher limit",
      "Fable 5 requires usage credits. Switch to another model to continue.",
      "Credit balance is too low",
    ),
  ],
});
const regain = compose({
  parts: [
    fc.constantFrom("API Error: 400 ", ""),
    fc.constantFrom(
      "You have reached your specified API usage limits.",
      "You have reached your specified workspace API usage limits.",
    ),
    fc.constantFrom(
      " You will regain access on 2026-12-01 at 00:00 UTC.",
      " You will regain access on 2027-01-01 at 00:00 UTC.",
    ),
  ],
  resetAt: [2],
});

const bare = fc.oneof(plan, plan, plan, long, older, oldest, spend, ownUsage, budget, credits, person, regain);

/** What other programs do to a sentence; each may or may not happen. */
const leads = fc.constantFrom(
  "",
  "",
  "Error: ",
  "Exception: ",
  "Uncaught Error: ",
  "RuntimeError: ",
  "Claude Code returned an error result: ",
  "Error: Claude Code returned an error result: ",
  "Exception: Claude Code returned an error result: ",
  "● ",
  "• ",
  "✗ ",
  "[2026-11-27 15:20:00] ",
  "2026-11-27T15:20:00.123Z ",
  "[15:20:00] ",
  "2026-11-27T15:20:00Z ERROR ",
  "Nov 27 15:20:00 host agent[123]: ",
  "agent-1  | ",
  "@scope/agent:night: ",
  "🚫 ",
);
const trails = fc.constantFrom("", "", "", " (exit code 1)", " [exit code: 1]", "; exit code 1");
const dressings: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => text,
  (text) => `\u001b[31m${text}\u001b[0m`,
  (text) => `\u001b[38:5:203m${text.replace(" · ", "\u001b[39m · \u001b[2m")}\u001b[22m`,
  (text) => `\u001b]8;;https://claude.ai/settings/usage\u0007${text}\u001b]8;;\u0007`,
  (text) => `\u001b]8;id=1;https://claude.ai\u001b\\${text}\u001b]8;;\u001b\\`,
  (text) => text.replaceAll("'", "’"),
  (text) => text.replaceAll(" · ", " ∙ "),
  (text) => text.replaceAll(" · ", " • "),
  (text) => text.replaceAll(" · ", " - "),
  (text) => text.replaceAll("·", "Â·"),
  (text) => text.replaceAll("·", "┬╖"),
  (text) => text.replaceAll(" ", "\u00a0"),
  (text) => text.replaceAll(" ", "  "),
  (text) => text.replaceAll(" · ", "  "),
  (text) => text.replaceAll("5-hour", "5\u2011hour"),
  (text) => `  ${text}\t`,
  (text) => `${text}\r`,
  (text) => `⠋ working…\r⠙ working…\r\u001b[2K${text}`,
  (text) => JSON.stringify(text),
  (text) => `time="2026-11-27T15:20:00Z" level=error msg=${JSON.stringify(text)}`,
];

export const sentence: fc.Arbitrary<Sentence> = fc
  .tuple(bare, leads, trails, fc.constantFrom(...dressings))
  .map(([{ text, ...facts }, lead, trail, dress]) => ({ ...facts, text: dress(`${lead}${text}${trail}`) }));
