// The toolbar badge: one number that is true, or a sign that it is not known. The deciding is pure, one painter paints.

import { formatPercent } from "../shared/format.ts";
import { decideBinding, decideFreshness, toWindowAt } from "../shared/freshness.ts";
import { pollStateWords } from "../shared/poll-state.ts";
import type { RowWindow } from "../shared/row.ts";
import { formatRowName } from "../shared/row-name.ts";
import { decideLevel, type Level } from "./level.ts";
import { linkStateWords } from "./link.ts";
import type { MeterState, Shown } from "./meter-state.ts";

export type Badge = { text: string; level: Level | "unknown" | "attention"; title: string };

const colours = {
  normal: "#2e7d32",
  warning: "#b26a00",
  critical: "#c62828",
  unknown: "#6b6b6b",
  attention: "#6a1b9a",
} as const satisfies Record<Badge["level"], string>;

export function decideBadge(state: MeterState, nowMs: number): Badge {
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
      return decideNumber(state, nowMs);
  }
}

function decideNumber(state: MeterState, nowMs: number): Badge {
  const tightest = findTightest(state.rows, nowMs);
  const note = toNote(state);
  if (!tightest) {
    const why = state.poll.at === null ? "No reading yet." : "No rate limit window is known.";
    return { text: "?", level: "unknown", title: `${why}${note}` };
  }
  const { row, window } = tightest;
  const freshness = decideFreshness(nowMs - Date.parse(row.fetched_at));
  const text = `${Math.floor(window.utilization ?? 0)}%`;
  const title = `${window.label}: ${formatPercent(window.utilization)} % used, ${formatRowName(row)}`;
  if (freshness === "stale") return { text, level: "unknown", title: `Old value. ${title}.${note}` };
  return { text, level: decideLevel(window), title: `${title}.${note}` };
}

/** The fullest binding window among the rows that are not stale; among all rows when none is. */
function findTightest(rows: readonly Shown[], nowMs: number): { row: Shown; window: RowWindow } | undefined {
  const bound = rows.flatMap((row) => {
    const windows = row.windows.map((window) => toWindowAt(window, nowMs));
    const binding = decideBinding(windows);
    // An account whose windows all rest has an open meter at zero.
    const window = windows.find((each) => each.id === binding) ?? windows.find((each) => each.state === "idle");
    return window ? [{ row, window }] : [];
  });
  const live = bound.filter(({ row }) => decideFreshness(nowMs - Date.parse(row.fetched_at)) !== "stale");
  const candidates = live.length > 0 ? live : bound;
  return candidates.toSorted((a, b) => (b.window.utilization ?? 0) - (a.window.utilization ?? 0))[0];
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
    chrome.action.setBadgeText({ text: badge.text }),
    chrome.action.setBadgeBackgroundColor({ color: colours[badge.level] }),
    chrome.action.setBadgeTextColor({ color: "#ffffff" }),
    chrome.action.setTitle({ title: `claude-meter\n${badge.title}` }),
  ]);
}
