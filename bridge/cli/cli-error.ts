// What a command found wrong, with the exit code it ends with. Its message goes to stderr and says what to do.
import type { exitCodes } from "../state/exit-code.ts";

/** What was typed where only the known would do; what is near it is found on demand. */
export type Slip = { typed: string; known: readonly string[] };

export class CliError extends Error {
  readonly exit: keyof typeof exitCodes;
  readonly slip: Slip | undefined;

  constructor(exit: keyof typeof exitCodes, message: string, slip?: Slip) {
    super(message);
    this.name = "CliError";
    this.exit = exit;
    this.slip = slip;
  }
}

/** By name: the parts that are loaded on demand have a class of their own. */
export function isCliError(error: unknown): error is CliError {
  return error instanceof Error && error.name === "CliError";
}
