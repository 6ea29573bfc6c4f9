// The one error class of the extension: a state of the poll or of the bridge link, thrown where it is found.
import * as z from "zod/mini";
import { pollStateSchema } from "../poll-state.ts";

export const meterErrorCodeSchema = z.enum([
  ...pollStateSchema.options.filter((state) => state !== "ok"),
  "no-plan",
  "not-available",
]);
export type MeterErrorCode = z.infer<typeof meterErrorCodeSchema>;

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
