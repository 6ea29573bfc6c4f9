// A usage body that Claude Code or the API gave, as a reading of the login that it was asked for. Pure.
import { parseUsageBody } from "../../../shared/claude-ai/usage-body.ts";
import { toDisplayText } from "../../../shared/display-text.ts";
import type { Reading } from "../../../shared/reading.ts";
import { toIso } from "../../../shared/time.ts";
import { textSchema, uuidSchema } from "../../../shared/wire-text.ts";
import type { Login } from "../../state/read-login.ts";

export type Answered = { source: "claude-code" | "oauth"; body: unknown; observedMs: number };

/**
 * Undefined when the body says no window's value: a refusal and a switched-off endpoint look like that, and it must never be
 * taken for 0 %.
 */
export function toUsageReading(login: Login, { source, body, observedMs }: Answered): Reading | undefined {
  const org = uuidSchema.safeParse(login.org_uuid).data;
  const account = uuidSchema.safeParse(login.account_uuid).data;
  if (org === undefined || account === undefined) return undefined;
  const usage = parseOrNothing(body);
  const windows = (usage?.windows ?? []).flatMap(({ id, utilization, resets_at, label, model, scope }) =>
    // A pool is money, which only who reads the whole account tells.
    utilization === null || scope === "pool" ? [] : [[id, { utilization, resets_at, label, model, scope }] as const],
  );
  if (windows.length === 0) return undefined;
  return {
    source,
    account_uuid: account,
    org_uuid: org,
    account_email: textSchema.safeParse(login.email && toDisplayText(login.email)).data ?? null,
    observed_at: toIso(observedMs),
    windows: Object.fromEntries(windows),
    ...(source === "oauth" && usage && { money: usage.money }),
  };
}

function parseOrNothing(body: unknown) {
  try {
    return parseUsageBody(body);
  } catch {
    // No usage body at all.
    return undefined;
  }
}
