// Plays Claude Code in print mode: `agent.mjs -p <prompt> [--output-format text|json|stream-json]`. What it does is told
// by environment variables, so that the command line stays that of the real thing. Plain Node, no dependencies.
//
//   STAND_IN_FOLDER    where it notes each prompt it finished, and until when the quota is used up
//   STAND_IN_WALL      the prompt that uses the quota up; until the reset every prompt is refused
//   STAND_IN_RESET_MS  how long the quota then stays used up
//   STAND_IN_HELD      the prompt that a hook holds back, the first time
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const folder = process.env.STAND_IN_FOLDER ?? ".";
const resetFile = join(folder, "reset");
const heldFile = join(folder, "held");
const prompt = readOption("-p") ?? "";
const format = readOption("--output-format") ?? "text";

appendFileSync(join(folder, "asked"), `${prompt}\n`);
const resetSeconds = readReset();
if (resetSeconds !== undefined) refuse(resetSeconds);
else if (isHeld()) holdBack();
else finish();

function readOption(name) {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
}

function readReset() {
  if (prompt === process.env.STAND_IN_WALL && !existsSync(resetFile)) {
    const seconds = Math.ceil((Date.now() + Number(process.env.STAND_IN_RESET_MS ?? 3_600_000)) / 1000);
    writeFileSync(resetFile, String(seconds));
  }
  if (!existsSync(resetFile)) return undefined;
  const seconds = Number(readFileSync(resetFile, "utf8"));
  return Date.now() < seconds * 1000 ? seconds : undefined;
}

function isHeld() {
  if (prompt !== process.env.STAND_IN_HELD || existsSync(heldFile)) return false;
  writeFileSync(heldFile, "");
  return true;
}

/** Ends with 0, as the real thing does. */
function holdBack() {
  const reason = "Claude quota: 97 % of the 5-hour window, resets 14:20. This prompt was held back.";
  print([{ type: "system", subtype: "status", prompt_submit_outcome: { kind: "blocked_by_hook", reason } }], {
    type: "result",
    subtype: "success",
    is_error: false,
    api_error_status: null,
    result: "",
  });
}

function finish() {
  appendFileSync(join(folder, "done"), `${prompt}\n`);
  const text = `${prompt}: done. By the way, a weekly limit resets Mon 12:00am.`;
  print(
    [
      { type: "rate_limit_event", rate_limit_info: { status: "allowed", rateLimitType: "seven_day" } },
      { type: "assistant", message: { model: "claude-opus-5", content: [{ type: "text", text }] } },
    ],
    { type: "result", subtype: "success", is_error: false, api_error_status: null, result: text },
  );
}

function refuse(resetsAt) {
  const text = "You've hit your weekly limit · resets Mon 12:00am";
  const message = { model: "<synthetic>", content: [{ type: "text", text }] };
  print(
    [
      { type: "rate_limit_event", rate_limit_info: { status: "rejected", rateLimitType: "seven_day", resetsAt } },
      { type: "assistant", message, error: "rate_limit", is_api_error_message: true },
    ],
    {
      type: "result",
      subtype: "success",
      is_error: true,
      api_error_status: 429,
      terminal_reason: "api_error",
      result: text,
    },
  );
  process.exitCode = 1;
}

function print(messages, result) {
  if (format === "text") process.stdout.write(`${result.result}\n`);
  else if (format === "json") process.stdout.write(`${JSON.stringify(result)}\n`);
  else {
    const init = { type: "system", subtype: "init", model: "claude-opus-5" };
    for (const each of [init, ...messages, result]) process.stdout.write(`${JSON.stringify(each)}\n`);
  }
}
