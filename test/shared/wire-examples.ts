// Correct examples of what our own wire and files hold, to be changed in one place by a test.
import type { Shown } from "../../extension/meter-state.ts";
import type { Post } from "../../shared/protocol.ts";
import type { Reading } from "../../shared/reading.ts";
import type { Install, RowWindow, Status, StoredRow } from "../../shared/row.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import type { UsageWindow } from "../../shared/usage-window.ts";
import type { Witness, WitnessPost } from "../../shared/witness.ts";

export const ACCOUNT_UUID = "00000000-0000-4000-8000-0000000000aa";
export const ORG_UUID = "00000000-0000-4000-8000-0000000000bb";
export const INSTALL_UUID = "00000000-0000-4000-8000-0000000000cc";

export function createUsageWindow(more: Partial<UsageWindow> = {}): UsageWindow {
  return {
    id: "five_hour",
    label: "5-hour",
    model: null,
    scope: "account",
    utilization: 42,
    resets_at: "2026-11-20T12:00:00.000Z",
    severity: "normal",
    is_active: true,
    dollars: null,
    ...more,
  };
}

export function createRowWindow(more: Partial<RowWindow> = {}): RowWindow {
  return { ...createUsageWindow(), state: "open", last_known: null, ...more };
}

export function createSnapshot(more: Partial<Snapshot> = {}): Snapshot {
  return {
    account_uuid: ACCOUNT_UUID,
    account_email: "user@example.com",
    org_uuid: ORG_UUID,
    org_name: "Example",
    plan: "Max 20x",
    fetched_at: "2026-11-20T10:00:00.000Z",
    usage: { five_hour: { utilization: 42, resets_at: "2026-11-20T12:00:00Z" } },
    windows: [createUsageWindow()],
    money: {
      enabled: true,
      used: 12.34,
      limit: 50,
      currency: "USD",
      percent: 24.68,
      out_of_credits: false,
      disabled_reason: null,
    },
    overage: {
      enabled: true,
      used: 62.3,
      limit: 60,
      currency: "CAD",
      out_of_credits: false,
      disabled_reason: "self_selected_spend_limit_reached",
      disabled_until: "2026-12-01T00:00:00.000Z",
    },
    overage_fetched_at: "2026-11-20T10:00:00.000Z",
    subscription: {
      status: "active",
      renews_at: "2026-12-05T14:15:04.000Z",
      ends_at: null,
      billing_interval: "monthly",
    },
    subscription_fetched_at: "2026-11-20T09:45:00.000Z",
    errors: [],
    ...more,
  };
}

/** What the extension itself remembers of a snapshot. */
export function createShown(more: Partial<Shown> = {}): Shown {
  const { usage, ...shown } = createSnapshot();
  return { ...shown, ...more };
}

/** Only what every snapshot must say: the read failed, nothing is known. */
export function createFailedSnapshot(): Snapshot {
  return createSnapshot({
    account_uuid: null,
    account_email: null,
    org_name: null,
    plan: null,
    usage: null,
    windows: [],
    money: null,
    overage: null,
    overage_fetched_at: null,
    subscription: null,
    subscription_fetched_at: null,
    errors: ["usage: server-error"],
  });
}

export function createStoredRow(more: Partial<StoredRow> = {}): StoredRow {
  const { windows, ...snapshot } = createSnapshot();
  return {
    ...snapshot,
    schema: 1,
    browser: "Chrome, Arc",
    source: "extension",
    windows: windows.map((window) => createRowWindow(window)),
    binding: "five_hour",
    ...more,
  };
}

export function createInstall(more: Partial<Install> = {}): Install {
  const observedAt = "2026-11-20T10:00:00.000Z";
  return {
    install: INSTALL_UUID,
    browser: "Chrome",
    extension_version: "0.1.0",
    state: "ok",
    polled_at: observedAt,
    retry_at: null,
    sequences: [[1, 12]],
    seen: [{ org_uuid: ORG_UUID, account: ACCOUNT_UUID, observed_at: observedAt, good_at: observedAt, errors: [] }],
    ...more,
  };
}

export function createStatus(more: Partial<Status> = {}): Status {
  return {
    schema: 1,
    generated_at: "2026-11-20T10:00:01.000Z",
    rows: [createStoredRow()],
    installs: [createInstall()],
    ...more,
  };
}

export function createPost(more: Partial<Post> = {}): Post {
  return {
    protocol: 1,
    install: INSTALL_UUID,
    extension_version: "0.1.0",
    browser: "Chrome",
    poll: { state: "ok", at: "2026-11-20T10:00:00.000Z", retry_at: null },
    snapshots: [{ sequence: 1, snapshot: createSnapshot() }],
    ...more,
  };
}

export function createWitness(more: Partial<Witness> = {}): Witness {
  return {
    observed_at: "2026-11-20T10:01:00.000Z",
    windows: {
      five_hour: { utilization: 43.5, resets_at: "2026-11-20T12:00:00.000Z" },
      seven_day: { utilization: 63, resets_at: "2026-11-24T07:00:00.000Z" },
    },
    ...more,
  };
}

export function createReading(more: Partial<Reading> = {}): Reading {
  return {
    source: "statusline",
    account_uuid: ACCOUNT_UUID,
    org_uuid: ORG_UUID,
    account_email: "user@example.com",
    observed_at: "2026-11-20T10:01:00.000Z",
    windows: {
      five_hour: { utilization: 43.5, resets_at: "2026-11-20T12:00:00.000Z" },
      seven_day: { utilization: 63, resets_at: "2026-11-24T07:00:00.000Z" },
    },
    ...more,
  };
}

export function createWitnessPost(more: Partial<WitnessPost> = {}): WitnessPost {
  return { ...createWitness(), account_uuid: ACCOUNT_UUID, org_uuid: ORG_UUID, ...more };
}
