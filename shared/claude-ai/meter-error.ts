// The one error class of the extension: a state of the poll or of the bridge link, thrown where it is found.
import type { PollState } from "../poll-state.ts";

export type MeterErrorCode = Exclude<PollState, "ok"> | "no-plan" | "not-available" | "account-switched";

export class MeterError extends Error {
  readonly code: MeterErrorCode;
  /** What the server asked us to wait, when it said so. */
  readonly retryAfterMs: number | undefined;

  constructor(code: MeterErrorCode, options: { cause?: unknown; retryAfterMs?: number | undefined } = {}) {
    super(code, { cause: options.cause });
    this.name = "MeterError";
    this.code = code;
    this.retryAfterMs = options.retryAfterMs;
  }
}
