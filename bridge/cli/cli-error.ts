// What a command found wrong, with the exit code it ends with. Its message goes to stderr and says what to do.
import type { exitCodes } from "../state/exit-code.ts";

export class CliError extends Error {
  readonly exit: keyof typeof exitCodes;

  constructor(exit: keyof typeof exitCodes, message: string) {
    super(message);
    this.name = "CliError";
    this.exit = exit;
  }
}

/** By name: the parts that are loaded on demand have a class of their own. */
export function isCliError(error: unknown): error is CliError {
  return error instanceof Error && error.name === "CliError";
}
