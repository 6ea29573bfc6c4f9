// `claude-meter hook <name>`, conductor of a Claude Code hook: read, decide, answer in JSON, exit 0.
import { existsSync } from "node:fs";
import { exitCodes } from "../../state/exit-code.ts";
import { isSessionId, toHandoverPath, toNoteName } from "../../state/handover-names.ts";
import { toStateFolder } from "../../state/paths.ts";
import { CliError } from "../cli-error.ts";
import { toSpreadDelayMs } from "../gate/spread.ts";
import { writeOut } from "../output.ts";
import { parseOptions } from "../parse-options.ts";
import { readStdinJson } from "../read-stdin.ts";
import { readRow, toAccount } from "../row/read-row.ts";
import { isBraked } from "../run/brake-note.ts";
import { dropHeldNote, writeHeldNote } from "../run/held-note.ts";
import { isAutomaticContinuation } from "./automatic-continuation.ts";
import { decideHook } from "./decide-hook.ts";
import { formatHookOutput, formatSessionStart, type HookOutput, type QuotaVerb } from "./format-hook-output.ts";
import { type HookOptions, hookOptionNames, toHookOptions } from "./hook-options.ts";

/** A timer of Node's that is longer than this runs out at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

const nothing = { kind: "nothing" } as const;
const braked = { kind: "braked" } as const;

export async function runHook(args: string[]): Promise<void> {
  const given = parseOptions(args, hookOptionNames);
  const verb = given.word;
  if (verb === undefined) {
    throw new CliError("usage", `missing hook name: use \`claude-meter hook ${hookOptionNames.words.join("|")}\`.`);
  }
  const options = toHookOptions(given);
  // `claude -p` ends its hooks with itself; it gives them a second more, which is enough for one message.
  if (verb === "stop-failure") process.on("SIGTERM", () => undefined);
  // Read in any case: the writer of a pipe that nobody reads may take it for a failure.
  const stdin = await readStdinJson();
  if (verb === "user-prompt" && isAutomaticContinuation(stdin)) {
    const delayMs = toSpreadDelayMs(Math.random(), options.spreadMs);
    await new Promise((resolve) => setTimeout(resolve, Math.min(delayMs, LONGEST_TIMER_MS)));
  }
  if (verb === "stop-failure") await tellStopFailure(stdin);
  const output = await toOutput(verb, stdin, toAccount(given.text("account")), options);
  writeOut(`${JSON.stringify(output)}\n`);
  process.exit(exitCodes.done);
}

async function toOutput(
  verb: (typeof hookOptionNames)["words"][number],
  stdin: unknown,
  account: string | undefined,
  options: HookOptions,
): Promise<HookOutput> {
  if (verb === "stop-failure" || verb === "notification") return {};
  if (verb === "session-start") return formatSessionStart(await tellHandovers(stdin));
  const output = answer(verb, stdin, account, options);
  if (verb === "user-prompt" && output.decision !== "block") await notePrompt(toSessionId(stdin));
  return output;
}

function answer(verb: QuotaVerb, stdin: unknown, account: string | undefined, options: HookOptions): HookOutput {
  const nowMs = Date.now();
  const tool = toToolName(stdin);
  const sessionId = toSessionId(stdin);
  const isAllowed = verb === "pre-tool" && options.allowedTools.includes(tool);
  const own = isAllowed ? nothing : decideHook(readRow(account, nowMs), options, nowMs);
  const decision = verb === "pre-tool" && own.kind !== "over" && !isAllowed && isBraked() ? braked : own;
  const output = formatHookOutput(verb, decision, { nowMs, noteName: sessionId && toNoteName(sessionId) });
  noteHeldWork(verb, output, tool);
  return output;
}

/** Rare, and with a schema library: not part of what Claude Code calls at each tool. */
async function tellStopFailure(stdin: unknown): Promise<void> {
  const { onDemand } = await import("../on-demand.ts");
  const tell = await onDemand.tellStopFailure();
  await tell(stdin);
}

async function tellHandovers(stdin: unknown): Promise<string | undefined> {
  const { onDemand } = await import("../on-demand.ts");
  return await (await onDemand.tellHandovers())(stdin);
}

/** A session that a limit stopped, and that goes on. */
async function notePrompt(sessionId: string | undefined): Promise<void> {
  if (sessionId === undefined || !existsSync(toHandoverPath(toStateFolder(), sessionId))) return;
  const { onDemand } = await import("../on-demand.ts");
  await (await onDemand.notePrompt())(sessionId);
}

/** The `run` around Claude Code must not call work done that was kept back here. */
function noteHeldWork(verb: QuotaVerb, { reason, hookSpecificOutput }: HookOutput, tool: string): void {
  if (verb === "user-prompt" && reason !== undefined) writeHeldNote({ tool: null, words: reason });
  if (verb !== "pre-tool") return;
  const isDenied = hookSpecificOutput?.hookEventName === "PreToolUse";
  if (isDenied) writeHeldNote({ tool, words: hookSpecificOutput.permissionDecisionReason });
  else dropHeldNote(tool);
}

function toToolName(stdin: unknown): string {
  const name = typeof stdin === "object" && stdin !== null && "tool_name" in stdin ? stdin.tool_name : undefined;
  return typeof name === "string" ? name : "";
}

function toSessionId(stdin: unknown): string | undefined {
  const id = typeof stdin === "object" && stdin !== null && "session_id" in stdin ? stdin.session_id : undefined;
  return isSessionId(id) ? id : undefined;
}
