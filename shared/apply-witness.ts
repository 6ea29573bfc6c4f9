// Weighs the two sources of a row: the extension's reading, and what Claude Code showed to its status line. Pure, and
// done by every reader, because which of the two is stale depends on the reader's clock.
import type { Money } from "./claude-ai/money.ts";
import type { RowWindow, StoredRow } from "./row.ts";
import type { Witness, WitnessedWindow } from "./witness.ts";

/** Two readings this near to each other are of one moment; it is also how long a reading counts as fresh. */
const SAME_MOMENT_MS = 150_000;
/** More than work does in that time, so one of the two is wrong. */
const DISPUTE_POINTS = 5;
/** The server's reset times jitter around the full minute. */
const SAME_RESET_MS = 60_000;

type Weighed = StoredRow & { disputed?: true };

/** The row as both sources together say it to a reader for whom `isStale` tells what is too old. */
export function applyWitness(row: StoredRow, isStale: (observedAt: string) => boolean): Weighed {
  const { witness } = row;
  if (!witness) return row;
  const aheadMs = Date.parse(witness.observed_at) - Date.parse(row.fetched_at);
  if (Math.abs(aheadMs) <= SAME_MOMENT_MS) return dispute(row, witness);
  return aheadMs > 0 && isStale(row.fetched_at) && !isStale(witness.observed_at) ? fillIn(row, witness) : row;
}

/** Both are of one moment: where they contradict each other the higher value counts, and the row says so. */
function dispute(row: StoredRow, witness: Witness): Weighed {
  let isDisputed = false;
  const windows = row.windows.map((window) => {
    const witnessed = findWitnessed(witness, window.id);
    const known = window.utilization ?? window.last_known;
    if (!witnessed || known === null || !isSameReset(window.resets_at, witnessed.resets_at)) return window;
    if (Math.abs(witnessed.utilization - known) <= DISPUTE_POINTS) return window;
    isDisputed = true;
    if (witnessed.utilization <= known) return window;
    return { ...window, utilization: witnessed.utilization, severity: null, forecast: null };
  });
  return isDisputed ? { ...row, windows, disputed: true } : row;
}

/** Only the witness is fresh: what it does not know is unknown, for an old number must not look new. */
export function fillIn(row: StoredRow, witness: Witness): StoredRow {
  return {
    ...row,
    source: "statusline",
    fetched_at: witness.observed_at,
    usage: null,
    windows: row.windows.map((window) => toWitnessed(window, findWitnessed(witness, window.id))),
    money: row.money && toUnknownMoney(row.money),
  };
}

/** What was out of credits stays so until somebody has looked again. */
function toUnknownMoney(money: Money): Money {
  return { ...money, used: null, percent: null };
}

function toWitnessed(window: RowWindow, witnessed: WitnessedWindow | undefined): RowWindow {
  const unknown = { utilization: null, resets_at: null, dollars: null };
  // A forecast is of the reading that it was made from.
  return { ...window, severity: null, is_active: null, last_known: null, forecast: null, ...(witnessed ?? unknown) };
}

export function findWitnessed(witness: Witness, id: string): WitnessedWindow | undefined {
  return id === "five_hour" || id === "seven_day" ? witness.windows[id] : undefined;
}

function isSameReset(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  return Math.abs(Date.parse(a) - Date.parse(b)) <= SAME_RESET_MS;
}
