// The status and the counts as metrics. Labels are ids, enums and codes only: never an e-mail, a name or a word of the
// server's. What is stale or unknown has no sample, because a chart would draw it as a value of this moment. Pure.
import type { Limits } from "../../../shared/api-limit/limits.ts";
import { type Row, toRow } from "../../../shared/freshness.ts";
import { pollStateSchema } from "../../../shared/poll-state.ts";
import type { Install, RowWindow, Status } from "../../../shared/row.ts";
import type { Counts } from "./counts.ts";
import { toLimitFamilies } from "./to-limit-families.ts";

export type Sample = { labels: Record<string, string>; value: number };
export type Family = { name: string; kind: "gauge" | "counter"; help: string; samples: readonly Sample[] };

export type Facts = { status: Status; limits: Limits; counts: Counts; version: string; nowMs: number };

/** A browser profile that is silent for longer was removed; an alert on it would never end. */
const INSTALL_KEPT_MS = 7 * 86_400_000;

export function toFamilies({ status, limits, counts, version, nowMs }: Facts): Family[] {
  const rows = withoutTwins(status.rows.map((row) => toRow(row, nowMs)));
  const installs = status.installs.filter(({ polled_at }) => nowMs - Date.parse(polled_at) <= INSTALL_KEPT_MS);
  return [
    ...toRowFamilies(rows),
    ...toLimitFamilies(limits, nowMs),
    ...toInstallFamilies(installs, nowMs),
    ...toBridgeFamilies(counts, version),
  ];
}

/** Two accounts without a uuid in one organisation would be one series that jumps between them. */
function withoutTwins(rows: readonly Row[]): Row[] {
  const keys = rows.map((row) => JSON.stringify(toRowLabels(row)));
  return rows.filter((_, index) => keys.indexOf(keys[index] ?? "") === keys.lastIndexOf(keys[index] ?? ""));
}

function toRowLabels(row: Row): Record<string, string> {
  return { org: row.org_uuid, account: row.account_uuid ?? "unknown" };
}

function toRowFamilies(rows: readonly Row[]): Family[] {
  const live = rows.filter((row) => !row.stale);
  const windows = live.flatMap((row) =>
    row.windows
      .filter(({ stale }) => !stale)
      .map((window) => ({ window, labels: { ...toRowLabels(row), window: window.id } })),
  );
  const money = live.flatMap((row) =>
    row.money ? [{ ...row.money, labels: { ...toRowLabels(row), currency: row.money.currency ?? "unknown" } }] : [],
  );
  return [
    {
      name: "claude_meter_utilization_ratio",
      kind: "gauge",
      help: "Used fraction of a rate limit window, 1 when it is full. Absent while stale or unknown.",
      samples: windows.flatMap(({ window, labels }) =>
        toSamples(labels, window.utilization === null ? null : window.utilization / 100),
      ),
    },
    {
      name: "claude_meter_resets_at_seconds",
      kind: "gauge",
      help: "Reset time of the window, as a Unix timestamp.",
      samples: windows.flatMap(({ window, labels }) => toSamples(labels, toResetSeconds(window))),
    },
    {
      name: "claude_meter_money_used",
      kind: "gauge",
      help: "Paid usage beyond the plan, in whole units of its currency.",
      samples: money.flatMap(({ labels, used }) => toSamples(labels, used)),
    },
    {
      name: "claude_meter_money_limit",
      kind: "gauge",
      help: "Limit of paid usage, in whole units of its currency. Absent without a limit.",
      samples: money.flatMap(({ labels, limit }) => toSamples(labels, limit)),
    },
    {
      name: "claude_meter_age_seconds",
      kind: "gauge",
      help: "Age of the newest reading of an account.",
      samples: rows.map((row) => ({ labels: toRowLabels(row), value: row.age_seconds })),
    },
    {
      name: "claude_meter_stale",
      kind: "gauge",
      help: "1 when the newest reading of an account is stale.",
      samples: rows.map((row) => ({ labels: toRowLabels(row), value: row.stale ? 1 : 0 })),
    },
    {
      name: "claude_meter_disputed",
      kind: "gauge",
      help: "1 when two sources report different values for an account.",
      samples: rows.map((row) => ({ labels: toRowLabels(row), value: row.disputed ? 1 : 0 })),
    },
  ];
}

/** A pool of money does not reset; it expires. */
function toResetSeconds({ state, scope, resets_at }: RowWindow): number | null {
  return state === "open" && scope !== "pool" && resets_at !== null ? Date.parse(resets_at) / 1000 : null;
}

function toInstallFamilies(installs: readonly Install[], nowMs: number): Family[] {
  const labelled = installs.map((each) => ({ ...each, labels: { install: each.install, browser: each.browser } }));
  return [
    {
      name: "claude_meter_poll_state",
      kind: "gauge",
      help: "1 for the state of a browser profile's newest poll of claude.ai, 0 for all other states.",
      samples: labelled.flatMap(({ labels, state }) =>
        pollStateSchema.options.map((each) => ({ labels: { ...labels, state: each }, value: each === state ? 1 : 0 })),
      ),
    },
    {
      name: "claude_meter_poll_age_seconds",
      kind: "gauge",
      help: "Time since a browser profile last polled claude.ai.",
      samples: labelled.map(({ labels, polled_at }) => {
        return { labels, value: Math.max(0, Math.round((nowMs - Date.parse(polled_at)) / 1000)) };
      }),
    },
  ];
}

function toBridgeFamilies(counts: Counts, version: string): Family[] {
  return [
    {
      name: "claude_meter_polls_total",
      kind: "counter",
      help: "Polls of claude.ai that browsers have reported, by result.",
      samples: [...counts.polls].map(([state, value]) => ({ labels: { state }, value })),
    },
    {
      name: "claude_meter_ingested_snapshots_total",
      kind: "counter",
      help: "Snapshots stored on disk.",
      samples: [{ labels: {}, value: counts.ingestedSnapshots }],
    },
    {
      name: "claude_meter_unreadable_snapshots_total",
      kind: "counter",
      help: "Snapshots in a format this bridge does not know: the extension may be newer.",
      samples: [{ labels: {}, value: counts.unreadableSnapshots }],
    },
    {
      name: "claude_meter_refused_requests_total",
      kind: "counter",
      help: "Requests refused on the port or the socket, by reason.",
      samples: [...counts.refusedRequests].map(([code, value]) => ({ labels: { code }, value })),
    },
    {
      name: "claude_meter_defects_total",
      kind: "counter",
      help: "Requests that failed because of a defect in the bridge: see bridge.log.",
      samples: [{ labels: {}, value: counts.defects }],
    },
    {
      name: "claude_meter_build_info",
      kind: "gauge",
      help: "Always 1; the label is the version of the bridge.",
      samples: [{ labels: { version }, value: 1 }],
    },
  ];
}

/** What nobody knows has no sample. */
function toSamples(labels: Record<string, string>, value: number | null): Sample[] {
  return value === null ? [] : [{ labels, value }];
}
