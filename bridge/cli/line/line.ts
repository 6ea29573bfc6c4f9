// `claude-meter line`: one short line for tmux or a prompt. It never fails: what it can not know is a question mark.
import { exitCodes } from "../../state/exit-code.ts";
import { CliError } from "../cli-error.ts";
import { writeError, writeOut } from "../output.ts";
import { type OptionNames, parseOptions } from "../parse-options.ts";
import { readRow, toAccount } from "../row/read-row.ts";
import { formatLine } from "./format-line.ts";

export const lineOptionNames = {
  command: "line",
  flags: ["redact", "no-color"],
  texts: ["format", "account"],
} as const satisfies OptionNames;

export async function runLine(args: string[]): Promise<void> {
  try {
    writeOut(`${toLine(args)}\n`);
  } catch (error) {
    tell(error);
  }
  // The rest of a normal exit costs more than the line itself.
  process.exit(exitCodes.done);
}

function toLine(args: readonly string[]): string {
  try {
    const options = parseOptions(args, lineOptionNames);
    const nowMs = Date.now();
    const reading = readRow(toAccount(options.text("account")), nowMs);
    if (reading.kind !== "row") return "?";
    return formatLine(reading.row, { nowMs, template: options.text("format"), redact: options.has("redact") });
  } catch (error) {
    // A prompt must come up whatever is wrong here.
    tell(error);
    return "?";
  }
}

function tell(error: unknown): void {
  writeError(`claude-meter: ${error instanceof CliError ? error.message : String(error)}\n`);
}
