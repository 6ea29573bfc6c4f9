// Who reads each row: one browser asks claude.ai each minute, the others stand by. In memory only, for whoever is heard first
// after a start leads. Measured by when browsers were heard, never by their clocks.
import type { PollReport } from "../../shared/protocol.ts";
import type { RowId } from "../../shared/row-id.ts";

/** What a browser that was heard says of itself. */
export type Heard = {
  install: string;
  poll: PollReport;
  /** What it can read: the rows of the account that it is signed in to. */
  reads: readonly RowId[];
  /** It shows notices of them. */
  tells: boolean;
};

export type Leadership = RowId & {
  /** The install that reads the row. */
  leader: string;
  /** The install that tells of the row: the leader, or another one when that is silent. */
  teller: string | undefined;
  /** For so long nobody asks claude.ai about it, because a browser was told to wait; else 0. */
  waitMs: number;
};

export type Leaders = {
  note: (heard: Heard) => void;
  /** Of the rows that this browser can read. */
  readLeads: (install: string) => Leadership[];
  /** Who can read this row, its leader first. */
  findReaders: (row: RowId) => string[];
};

/** A leader is heard each minute; a stand-by that asks each minute has read within 150 s of its last reading then. */
const SILENT_MS = 90_000;
/** The longest wait of an extension's own ladder, with its jitter. */
const MAX_WAIT_MS = 75 * 60_000;
const FORGOTTEN_MS = 86_400_000;

type Reign = { install: string; readMs: number };
type Reader = Pick<Heard, "reads" | "tells"> & { heardMs: number; polledAt: string };

/** `now` never goes back: performance.now. */
export function createLeaders(now: () => number): Leaders {
  const reigns = new Map<string, Reign>();
  const readers = new Map<string, Reader>();
  const waits = new Map<string, number>();

  const forgetSilent = (nowMs: number) => {
    for (const [install, { heardMs }] of readers) if (nowMs - heardMs > FORGOTTEN_MS) readers.delete(install);
    for (const [row, { readMs }] of reigns) if (nowMs - readMs > FORGOTTEN_MS) reigns.delete(row);
    for (const [row, untilMs] of waits) if (untilMs <= nowMs) waits.delete(row);
  };

  const findTeller = (row: RowId, leader: string): string | undefined => {
    const tellers = [...readers].filter(([, { reads, tells, heardMs }]) => {
      return tells && now() - heardMs <= SILENT_MS && reads.some((each) => toKey(each) === toKey(row));
    });
    const installs = tellers.map(([install]) => install).toSorted();
    return installs.includes(leader) ? leader : installs[0];
  };

  return {
    note: ({ install, poll, reads, tells }) => {
      const nowMs = now();
      const waitMs = toWaitMs(poll);
      // The same poll is told again each minute: a failure waits no longer for that, and a success ends no later wait.
      const isNewPoll = readers.get(install)?.polledAt !== poll.at;
      readers.set(install, { reads, tells, heardMs: nowMs, polledAt: poll.at });
      const own = new Set(reads.map(toKey));
      for (const key of own) {
        if (isNewPoll && waitMs > 0) waits.set(key, nowMs + waitMs);
        if (isNewPoll && poll.state === "ok") waits.delete(key);
        const next = mergeReign(
          reigns.get(key),
          { install, canRead: poll.state === "ok", isWaiting: waitMs > 0 },
          nowMs,
        );
        if (next) reigns.set(key, next);
        else reigns.delete(key);
      }
      // Signed in to another account, or without access to the organisation.
      for (const [key, reign] of reigns) if (reign.install === install && !own.has(key)) reigns.delete(key);
      forgetSilent(nowMs);
    },
    readLeads: (install) =>
      (readers.get(install)?.reads ?? []).flatMap((row) => {
        const leader = reigns.get(toKey(row))?.install;
        const waitMs = Math.max(0, (waits.get(toKey(row)) ?? 0) - now());
        return leader === undefined ? [] : [{ ...row, leader, teller: findTeller(row, leader), waitMs }];
      }),
    findReaders: (row) => {
      const leader = reigns.get(toKey(row))?.install;
      const able = [...readers].filter(([, { reads }]) => reads.some((each) => toKey(each) === toKey(row)));
      const others = able.map(([install]) => install).filter((install) => install !== leader);
      return leader === undefined ? others : [leader, ...others];
    },
  };
}

type Claimant = { install: string; canRead: boolean; isWaiting: boolean };

/** Who leads a row after one of its readers was heard; undefined when nobody does. */
function mergeReign(
  known: Reign | undefined,
  { install, canRead, isWaiting }: Claimant,
  nowMs: number,
): Reign | undefined {
  if (known?.install === install) {
    // Whoever else would ask is told to wait as well; any other failure may be this browser's own.
    return canRead || isWaiting ? { install, readMs: nowMs } : undefined;
  }
  const isFree = !known || nowMs - known.readMs > SILENT_MS;
  return isFree && canRead ? { install, readMs: nowMs } : known;
}

/** Only for what claude.ai says to everybody; by the browser's own clock alone, which may be another than ours. */
function toWaitMs({ state, at, retry_at }: PollReport): number {
  if (state !== "rate-limited" && state !== "server-error") return 0;
  return retry_at === null ? 0 : Math.min(Math.max(0, Date.parse(retry_at) - Date.parse(at)), MAX_WAIT_MS);
}

function toKey({ org_uuid, account_uuid }: RowId): string {
  return `${org_uuid} ${account_uuid ?? "?"}`;
}
