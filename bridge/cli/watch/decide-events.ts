// What happened between two looks at the rows and the browsers, in words for a terminal. Pure.
import { formatPercent } from "../../../shared/format.ts";
import type { Row } from "../../../shared/freshness.ts";
import type { HistoryPoint } from "../../../shared/history.ts";
import { toResets } from "../../../shared/resets.ts";
import type { Install, RowWindow } from "../../../shared/row.ts";
import { formatRowName } from "../../../shared/row-name.ts";
import { CRITICAL_PERCENT, WARNING_PERCENT } from "../rows/row-words.ts";
import { toTerminalText } from "../terminal-text.ts";

export type WatchEvent = { atMs: number; words: string };
export type Shown = { rows: readonly Row[]; installs: readonly Install[] };

const THRESHOLDS = [100, CRITICAL_PERCENT, WARNING_PERCENT];

export function decideEvents(before: Shown, after: Shown, redact: boolean): string[] {
  const rows = after.rows.flatMap((row) => {
    const known = before.rows.find((each) => each.org_uuid === row.org_uuid && each.account_uuid === row.account_uuid);
    const name = toTerminalText(redact ? row.org_uuid : formatRowName(row), 36);
    return known ? decideRowEvents(known, row, redact).map((words) => `${name}: ${words}`) : [];
  });
  const browsers = after.installs.flatMap((install) => {
    const known = before.installs.find((each) => each.install === install.install);
    if (!known || known.state === install.state) return [];
    return [
      `${toTerminalText(install.browser)}: ${install.state === "ok" ? "reading claude.ai again" : install.state}`,
    ];
  });
  return [...rows, ...browsers];
}

function decideRowEvents(before: Row, after: Row, redact: boolean): string[] {
  const age = before.stale === after.stale ? [] : [after.stale ? "stale: no new reading for too long" : "fresh again"];
  const windows = after.windows.flatMap((window) => {
    const known = before.windows.find(({ id }) => id === window.id);
    const words = known && decideWindowEvent(toPoint(before, known), toPoint(after, window));
    return words ? [`${redact ? window.id : toTerminalText(window.label, 24)} ${words}`] : [];
  });
  return [...age, ...windows];
}

function decideWindowEvent(before: HistoryPoint, after: HistoryPoint): string | undefined {
  const [used, usedNext] = [before[1], after[1]];
  if (used === null || usedNext === null) return undefined;
  if (toResets([before, after]).length > 0) return `reset, was ${formatPercent(used)} %`;
  const passed = THRESHOLDS.find((threshold) => used < threshold && threshold <= usedNext);
  return passed === undefined ? undefined : `passed ${passed} %, is ${formatPercent(usedNext)} %`;
}

/** A window that has rolled is compared by its last known value. */
function toPoint(row: Row, { utilization, last_known, resets_at, observed_at }: RowWindow): HistoryPoint {
  return [
    Date.parse(observed_at ?? row.fetched_at),
    utilization ?? last_known,
    resets_at === null ? null : Date.parse(resets_at),
  ];
}
