// A snapshot that nobody read, in the shape our bridge takes: everything about it is right but who sends it.
import { PROTOCOL } from "../../../shared/protocol.ts";

/** Found in any place where a forged snapshot has got to; "=" because a form puts one between a name and its value. */
export const MARK = "FORGED=ROW";
export const FORGED_INSTALL = "f0f0f0f0-0000-4000-8000-000000000001";

export function toForgedPost(nowMs: number, install = FORGED_INSTALL): string {
  const at = new Date(nowMs).toISOString();
  const window = { label: "5-hour", model: null, scope: "account", utilization: 1, resets_at: null };
  const snapshot = {
    account_uuid: "f0f0f0f0-0000-4000-8000-000000000002",
    account_email: "forged@example.com",
    org_uuid: "f0f0f0f0-0000-4000-8000-000000000003",
    org_name: MARK,
    plan: "Pro",
    fetched_at: at,
    usage: { five_hour: { utilization: 1, resets_at: null } },
    windows: [{ id: "five_hour", ...window, severity: null, is_active: null, dollars: null }],
    money: null,
    overage: null,
    overage_fetched_at: null,
    subscription: null,
    subscription_fetched_at: null,
    errors: [],
  };
  return JSON.stringify({
    protocol: PROTOCOL,
    install,
    extension_version: "0.1.0",
    browser: "Chromium",
    poll: { state: "ok", at, retry_at: null },
    snapshots: [{ sequence: 1, snapshot }],
  });
}
