#!/usr/bin/env node
// The CLI's entry: finds the command and turns what it throws into words and an exit code. Only what panes ask again and
// again is part of this program's file, because start-up is most of what a call costs.
import { bugs } from "../../package.json";
import { exitCodes } from "../state/exit-code.ts";
import { isUnsafePathError } from "../state/unsafe-path-error.ts";
import { CliError, isCliError } from "./cli-error.ts";
import { runGuard } from "./guard/guard.ts";
import { runLine } from "./line/line.ts";
import type { Run } from "./on-demand.ts";
import { writeError, writeOut } from "./output.ts";
import { runRows } from "./rows/rows.ts";

/** Asked again and again, by every pane: part of the program's own file. Everything else is loaded on demand. */
const hotCommands: Readonly<Record<string, Run>> = { rows: runRows, guard: runGuard, line: runLine };

async function main(args: string[]): Promise<void> {
  const [first, ...rest] = args;
  // What stands behind -- is another command's.
  const own = args.includes("--") ? args.slice(0, args.indexOf("--")) : args;
  if (own.includes("--help") || own.includes("-h")) return await help(first);
  if (first === "--version" || first === "-V") return await printVersion();
  // Without a command it is the table; its options come first then.
  if (first === undefined || first.startsWith("-")) return await runRows(args);
  const run = Object.hasOwn(hotCommands, first) ? hotCommands[first] : undefined;
  if (run) return await run(rest);
  if (first === "statusline" || first === "hook") {
    const { forClaudeCode } = await import("./for-claude-code.ts");
    return await forClaudeCode[first](rest);
  }
  const { onDemand } = await import("./on-demand.ts");
  const commands: Readonly<Record<string, () => Promise<Run>>> = onDemand.commands;
  const load = Object.hasOwn(commands, first) ? commands[first] : undefined;
  if (!load) throw new CliError("usage", `there is no command ${JSON.stringify(first)}: see \`claude-meter help\`.`);
  await (await load())(rest);
}

async function help(first: string | undefined): Promise<void> {
  const { onDemand } = await import("./on-demand.ts");
  const runHelp = await onDemand.commands.help();
  await runHelp(first === undefined || first.startsWith("-") || first === "help" ? [] : [first]);
}

async function printVersion(): Promise<void> {
  writeOut(`${(await import("./on-demand.ts")).onDemand.version}\n`);
}

main(process.argv.slice(2)).catch((error: unknown) => {
  if (isCliError(error)) {
    writeError(`claude-meter: ${error.message}\n`);
    process.exitCode = exitCodes[error.exit];
  } else if (isUnsafePathError(error)) {
    writeError(`claude-meter: ${error.message}\n`);
    process.exitCode = exitCodes.unknown;
  } else if (isWrongArgument(error)) {
    writeError(`claude-meter: ${error.message}\nSee \`claude-meter help\`.\n`);
    process.exitCode = exitCodes.usage;
  } else {
    const what = error instanceof Error ? error.stack : String(error);
    writeError(`claude-meter: this is a defect, please report it at ${bugs.url}: ${what}\n`);
    process.exitCode = exitCodes.internal;
  }
});

/** Node's parseArgs gives its errors codes of this family. */
function isWrongArgument(error: unknown): error is Error {
  return error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS_");
}
