// Why a request is refused, as a code from a closed list, and the HTTP status each one gets.
export const refusalStatus = {
  "bad-host": 403,
  "bad-origin": 403,
  "bad-site": 403,
  unauthorised: 401,
  "bad-target": 404,
  "bad-method": 405,
  "not-json": 415,
  "too-large": 413,
  "bad-body": 400,
  "unknown-protocol": 426,
  busy: 429,
  "disk-full": 507,
} as const;
export type RefusalCode = keyof typeof refusalStatus;

/** Thrown where a request is found wanting; the server answers it with the code's status and nothing else. */
export class Refusal extends Error {
  readonly code: RefusalCode;
  /** How long the asker is to wait; undefined when waiting would change nothing. */
  readonly waitMs: number | undefined;

  constructor(code: RefusalCode, { cause, waitMs }: { cause?: unknown; waitMs?: number } = {}) {
    super(code, { cause });
    this.name = "Refusal";
    this.code = code;
    this.waitMs = waitMs;
  }
}
