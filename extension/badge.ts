// The toolbar badge: one number that is true, or a sign that it is not known. The deciding is pure, one painter paints.

import browser from "webextension-polyfill";
import { formatPercent } from "../shared/format.ts";
import { decideBinding, decideFreshness, toWindowAt } from "../shared/freshness.ts";
import { decideLevel, type Level } from "../shared/notices/level.ts";
import { pollStateWords } from "../shared/poll-state.ts";
import type { RowWindow } from "../shared/row.ts";
import type { RowId } from "../shared/row-id.ts";
import { formatRowName } from "../shared/row-name.ts";
import { linkStateWords } from "./link.ts";
import type { MeterState, Shown } from "./meter-state.ts";
import type { Settings } from "./settings.ts";

export type Badge = { text: string; level: Level | "unknown" | "attention"; title: string };

const colours = {
  normal: "#2e7d32",
  warning: "#b26a00",
  critical: "#c62828",
  unknown: "#6b6b6b",
  attention: "#6a1b9a",
} as const satisfies Record<Badge["level"], string>;

export function decideBadge(state: MeterState, settings: Settings, nowMs: number): Badge {
  const needsUser = pollStateWords[state.poll.state];
  switch (state.poll.state) {
    case "signed-out":
    case "challenge":
    case "no-access":
    case "changed":
      return { text: "!", level: "attention", title: needsUser };
    case "ok":
    case "rate-limited":
    case "offline":
    case "server-error":
      return decideNumber(state, settings, nowMs);
  }
}

function decideNumber(state: MeterState, settings: Settings, nowMs: number): Badge {
  const rows = state.rows.filter((row) => isChosen(row, settings.badgeRow));
  const note = toNote(state);
  const fullest = findFullest(rows, settings.badgeWindow, nowMs);
  if (!fullest) return { text: "?", level: "unknown", title: `${toReason(state, rows, settings)}${note}` };
  const { row, window } = fullest;
  const freshness = decideFreshness(nowMs - Date.parse(row.fetched_at));
  const text = `${Math.floor(window.utilization ?? 0)}%`;
  const reader = row.read_by === undefined ? "" : `, read by ${row.read_by}`;
  const title = `${window.label}: ${formatPercent(window.utilization)} % used, ${formatRowName(row)}${reader}`;
  if (freshness === "stale") return { text, level: "unknown", title: `Stale reading. ${title}.${note}` };
  return { text, level: decideLevel(window, settings.thresholds), title: `${title}.${note}` };
}

function isChosen(row: Shown, chosen: RowId | null): boolean {
  return chosen === null || (row.org_uuid === chosen.org_uuid && row.account_uuid === chosen.account_uuid);
}

/** Why there is no number. A choice that cannot be shown is never replaced by another number. */
function toReason({ poll }: MeterState, rows: readonly Shown[], { badgeRow, badgeWindow }: Settings): string {
  if (poll.at === null) return "No reading yet.";
  if (rows.length === 0 && badgeRow)
    return "The account chosen for the badge is not available here. Choose another in the options.";
  if (badgeWindow === null) return "No rate limits known.";
  const label = rows.flatMap(({ windows }) => windows).find(({ id }) => id === badgeWindow)?.label;
  return label === undefined
    ? "The limit chosen for the badge is not available. Choose another in the options."
    : `${label}: unknown until the next reading.`;
}

/** The fullest among the rows that are not stale; among all rows when none is. */
function findFullest(
  rows: readonly Shown[],
  windowId: string | null,
  nowMs: number,
): { row: Shown; window: RowWindow } | undefined {
  const found = rows.flatMap((row) => {
    const window = findWindow(row, windowId, nowMs);
    return window ? [{ row, window }] : [];
  });
  const live = found.filter(({ row }) => decideFreshness(nowMs - Date.parse(row.fetched_at)) !== "stale");
  const candidates = live.length > 0 ? live : found;
  return candidates.toSorted((a, b) => (b.window.utilization ?? 0) - (a.window.utilization ?? 0))[0];
}

/** The window of this id, else the one that binds; never one whose value is unknown. */
function findWindow(row: Shown, id: string | null, nowMs: number): RowWindow | undefined {
  const known = row.windows
    .map((window) => toWindowAt(window, nowMs))
    .filter(({ utilization }) => utilization !== null);
  const wanted = id ?? decideBinding(known);
  const window = known.find((each) => each.id === wanted);
  // An account whose windows all rest has an open meter at zero.
  return window ?? (id === null ? known.find((each) => each.state === "idle") : undefined);
}

function toNote({ poll, link }: MeterState): string {
  const notes = [poll.state === "ok" ? "" : pollStateWords[poll.state]];
  if (poll.at !== null && link.state !== "connected") notes.push(linkStateWords[link.state]);
  return notes
    .filter(Boolean)
    .map((note) => `\n${note}`)
    .join("");
}

export async function renderBadge(badge: Badge): Promise<void> {
  await Promise.all([
    browser.action.setBadgeText({ text: badge.text }),
    browser.action.setBadgeBackgroundColor({ color: colours[badge.level] }),
    browser.action.setBadgeTextColor({ color: "#ffffff" }),
    browser.action.setTitle({ title: `claude-meter\n${badge.title}` }),
  ]);
}
