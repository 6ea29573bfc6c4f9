// The row that a status line shows: what the bridge knows, and what this session has just heard from the server, by the same
// rule as everywhere. Pure.
import { type Row, toRow } from "../../../shared/freshness.ts";
import type { SourceRecord } from "../../../shared/reading.ts";
import type { RowWindow } from "../../../shared/row.ts";

/** The session's own row with what it heard; a session of which nobody knows the row shows that alone. */
export function toShownRow(row: Row | undefined, heard: SourceRecord, nowMs: number): Row {
  if (!row) return toBareRow(heard, nowMs);
  const known = row.sources.find(({ source }) => source === heard.source);
  if (known && Date.parse(known.observed_at) >= Date.parse(heard.observed_at)) return row;
  const others = row.sources.filter((each) => each !== known);
  const windows = { ...known?.windows, ...heard.windows };
  const sources = [...others, { ...heard, windows }];
  return toRow({ ...row, source: "extension", sources }, nowMs);
}

/** Nothing but the session's own numbers, when it is not known whose they are. */
function toBareRow(heard: SourceRecord, nowMs: number): Row {
  const fetched_at = heard.observed_at;
  const labels = { five_hour: "5-hour", seven_day: "Weekly", spend_limit: "Spend limit" } as const;
  const windows = (["five_hour", "seven_day", "spend_limit"] as const).flatMap((id): RowWindow[] => {
    const said = heard.windows[id];
    if (!said) return [];
    const { utilization, resets_at } = said;
    const common = { model: null, scope: "account", severity: null, is_active: null, dollars: null } as const;
    const state = { state: "open", last_known: null, source: heard.source } as const;
    return [{ id, label: labels[id], ...common, utilization, resets_at, ...state }];
  });
  return toRow(
    {
      schema: 1,
      account_uuid: null,
      org_uuid: "",
      org_name: null,
      account_email: null,
      plan: null,
      browser: "",
      source: "extension",
      fetched_at,
      usage: null,
      windows,
      binding: null,
      money: null,
      overage: null,
      overage_fetched_at: null,
      subscription: null,
      subscription_fetched_at: null,
      errors: [],
      sources: [heard],
    },
    nowMs,
  );
}
