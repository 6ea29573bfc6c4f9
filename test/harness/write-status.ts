// Writes the status file as the bridge does, with one row, so that a gate has something to read without a bridge.
import { join } from "node:path";
import { writePrivateFile } from "../../bridge/state/private-files.ts";
import type { Status, StoredRow } from "../../shared/row.ts";

export type Level = { utilization: number; resetsMs: number };
export type Levels = { fiveHour: Level; weekly: Level };

export async function writeStatus(home: string, levels: Levels, fetchedMs = Date.now()): Promise<void> {
  const status: Status = { schema: 1, generated_at: toIso(fetchedMs), rows: [toRow(levels, fetchedMs)], installs: [] };
  await writePrivateFile(join(home, "status.json"), JSON.stringify(status));
}

/** Far under every limit. */
export function toCalm(nowMs = Date.now()): Levels {
  return {
    fiveHour: { utilization: 20, resetsMs: nowMs + 3_600_000 },
    weekly: { utilization: 40, resetsMs: nowMs + 3 * 86_400_000 },
  };
}

function toRow({ fiveHour, weekly }: Levels, fetchedMs: number): StoredRow {
  return {
    schema: 1,
    account_uuid: "00000000-0000-4000-8000-000000000001",
    org_uuid: "00000000-0000-4000-8000-000000000002",
    org_name: "Example",
    account_email: "user@example.com",
    plan: "Max 20x",
    browser: "Chrome",
    source: "extension",
    fetched_at: toIso(fetchedMs),
    usage: null,
    windows: [toWindow("five_hour", "5-hour", fiveHour), toWindow("seven_day", "Weekly", weekly)],
    binding: "seven_day",
    money: null,
    overage: null,
    overage_fetched_at: null,
    subscription: null,
    subscription_fetched_at: null,
    errors: [],
  };
}

function toWindow(id: string, label: string, { utilization, resetsMs }: Level): StoredRow["windows"][number] {
  return {
    id,
    label,
    model: null,
    scope: "account",
    utilization,
    resets_at: toIso(resetsMs),
    severity: null,
    is_active: null,
    dollars: null,
    state: "open",
    last_known: null,
  };
}

function toIso(ms: number): string {
  return new Date(ms).toISOString();
}
