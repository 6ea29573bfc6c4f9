// Asks the bridge for a look at claude.ai, and waits no longer than the asker wants to.
import * as z from "zod/mini";
import { type Refreshed, type RefreshQuestion, refreshedSchema } from "../../../shared/refresh.ts";
import { askBridge } from "../../state/ask-bridge.ts";

export type LookAnswer =
  | { kind: "answered"; rows: Refreshed["rows"] }
  | { kind: "not-running" }
  /** Not in time, or a bridge of a version that knows no such question. */
  | { kind: "no-answer" };

export type LookWait = { maxMs: number; signal?: AbortSignal };

/** A look has 20 s, and some for its way to the file. */
export const LOOK_WAIT_MS = 30_000;

/** Throws only when `signal` ends it. */
export async function askForLook(question: RefreshQuestion, { maxMs, signal }: LookWait): Promise<LookAnswer> {
  const { org_uuid, account_uuid } = question;
  try {
    const answer = await askBridge("POST", "/refresh", { org_uuid, account_uuid }, { timeoutMs: maxMs, signal });
    return answer === undefined
      ? { kind: "not-running" }
      : { kind: "answered", rows: z.parse(refreshedSchema, answer).rows };
  } catch (error) {
    if (signal?.aborted) throw error;
    return { kind: "no-answer" };
  }
}
