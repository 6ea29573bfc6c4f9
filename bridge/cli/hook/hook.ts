// `claude-meter hook user-prompt|pre-tool|stop`, conductor of a Claude Code hook: read, decide, answer in JSON, exit 0.
import { exitCodes } from "../../state/exit-code.ts";
import { CliError } from "../cli-error.ts";
import { writeOut } from "../output.ts";
import { parseOptions } from "../parse-options.ts";
import { readStdinJson } from "../read-stdin.ts";
import { readRow, toAccount } from "../row/read-row.ts";
import { isBraked } from "../run/brake-note.ts";
import { dropHeldNote, writeHeldNote } from "../run/held-note.ts";
import { decideHook } from "./decide-hook.ts";
import { formatHookOutput, type HookOutput, type HookVerb } from "./format-hook-output.ts";
import { hookOptionNames, toHookOptions } from "./hook-options.ts";

const nothing = { kind: "nothing" } as const;
const braked = { kind: "braked" } as const;

export async function runHook(args: string[]): Promise<void> {
  const given = parseOptions(args, hookOptionNames);
  const verb = given.word;
  if (verb === undefined) {
    throw new CliError("usage", "missing hook name: use `claude-meter hook user-prompt|pre-tool|stop`.");
  }
  const options = toHookOptions(given);
  // Read in any case: the writer of a pipe that nobody reads may take it for a failure.
  const stdin = await readStdinJson();
  const nowMs = Date.now();
  const isAllowed = verb === "pre-tool" && options.allowedTools.some((tool) => tool === toToolName(stdin));
  const read = () => decideHook(readRow(toAccount(given.text("account")), nowMs), options, nowMs);
  const own = isAllowed ? nothing : read();
  const decision = own.kind !== "over" && !isAllowed && verb === "pre-tool" && isBraked() ? braked : own;
  const output = formatHookOutput(verb, decision, nowMs);
  noteHeldWork(verb, output, toToolName(stdin));
  writeOut(`${JSON.stringify(output)}\n`);
  process.exit(exitCodes.done);
}

/** The `run` around Claude Code must not call work done that was kept back here. */
function noteHeldWork(verb: HookVerb, { reason, hookSpecificOutput }: HookOutput, tool: string): void {
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
