#!/usr/bin/env node
// The CLI's entry: finds the command and turns what it throws into words and an exit code. Only what panes ask again and
// again is part of this program's file, because start-up is most of what a call costs.
import { bugs } from "../../package.json";
import { exitCodes } from "../state/exit-code.ts";
import { isUnsafePathError } from "../state/unsafe-path-error.ts";
import { isCliError, type Slip } from "./cli-error.ts";
import { runGuard } from "./guard/guard.ts";
import { runLine } from "./line/line.ts";
import type { RunCommand } from "./on-demand.ts";
import { writeError, writeOut } from "./output.ts";
import { runRows } from "./rows/rows.ts";

/** Asked again and again, by every pane: part of the program's own file. Everything else is loaded on demand. */
const hotCommands: Readonly<Record<string, RunCommand>> = { rows: runRows, guard: runGuard, line: runLine };

async function main(args: string[]): Promise<void> {
  const [first, ...rest] = args;
  // What stands behind -- is another command's.
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (first === "version" || own.includes("--version") || hasOne(own.slice(0, 2), ["-V", "-v"])) {
    // Further back a short form can be an option's value, and a gate must not end with 0 for that.
    return await printVersion();
  }
  if (hasOne(own, ["--help", "-h"])) return await help(first);
  // Without a command it is the table; its options come first then.
  if (first === undefined || first.startsWith("-")) return await runRows(args);
  const run = Object.hasOwn(hotCommands, first) ? hotCommands[first] : undefined;
  if (run) return await run(rest);
  if (first === "statusline" || first === "hook") {
    const { forClaudeCode } = await import("./for-claude-code.ts");
    return await forClaudeCode[first](rest);
  }
  const { onDemand } = await import("./on-demand.ts");
  const commands: Readonly<Record<string, () => Promise<RunCommand>>> = onDemand.commands;
  const load = Object.hasOwn(commands, first) ? commands[first] : undefined;
  // Help knows every name, and suggests the nearest.
  if (!load) return await help(first);
  await (await load())(rest);
}

function hasOne(args: readonly string[], wanted: readonly string[]): boolean {
  return args.some((argument) => wanted.includes(argument));
}

async function help(first: string | undefined): Promise<void> {
  const { onDemand } = await import("./on-demand.ts");
  const runHelp = await onDemand.commands.help();
  await runHelp(first === undefined || first.startsWith("-") || first === "help" ? [] : [first]);
}

async function printVersion(): Promise<void> {
  writeOut(`${(await import("./on-demand.ts")).onDemand.version}\n`);
}

main(process.argv.slice(2)).catch(async (error: unknown) => {
  if (isCliError(error)) {
    process.exitCode = exitCodes[error.exit];
    writeError(`claude-meter: ${error.message}${error.slip ? await toHint(error.slip) : ""}\n`);
  } else if (isUnsafePathError(error)) {
    writeError(`claude-meter: ${error.message}\n`);
    process.exitCode = exitCodes.unknown;
  } else {
    const what = error instanceof Error ? error.stack : String(error);
    writeError(`claude-meter: internal error, please report it at ${bugs.url}: ${what}\n`);
    process.exitCode = exitCodes.internal;
  }
});

async function toHint({ typed, known }: Slip): Promise<string> {
  const { onDemand } = await import("./on-demand.ts");
  const near = (await onDemand.findNear())(typed, known);
  return near === undefined ? "" : ` Did you mean ${near}?`;
}
