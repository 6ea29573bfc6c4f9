// Several browsers that read the same accounts and post to one bridge, and the book of what they sent and what was
// acknowledged to them: whatever the bridge knows afterwards is compared with it.
import { type HistoryPoint, historySchema } from "../../shared/history.ts";
import { toHistoryTarget } from "../../shared/history-question.ts";
import { acknowledgementSchema, type Sequenced } from "../../shared/protocol.ts";
import { type Status, statusSchema } from "../../shared/row.ts";
import type { Snapshot } from "../../shared/snapshot.ts";
import { askSocket } from "../harness/daemon.ts";
import { ask, type Credentials, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";
import type { Random } from "./random.ts";

export type Browser = {
  credentials: Credentials;
  row: (typeof rows)[number];
  /** Read and not acknowledged yet, the oldest first. */
  waiting: Sequenced[];
  nextSequence: number;
  /** When it last looked. */
  atMs: number;
};

export type Ledger = {
  browsers: readonly Browser[];
  /** Looks, and sends what waits; the status of the answer, undefined when no proven one came. */
  post: (browser: Browser, port: number, random: Random) => Promise<number | undefined>;
  /** The same with a look of this moment; the others are as old as the book. */
  postPresent: (browser: Browser, port: number) => Promise<number | undefined>;
  /** What was acknowledged and is not there. */
  findLost: (known: Known) => string[];
  /** What is there and was never sent, or stands there in another form. */
  findInvented: (known: Known) => string[];
  countAcknowledged: () => number;
  /** Somebody took the history away on purpose; the newest of each row the bridge has in mind. */
  forgetPoints: () => void;
  /** Again a key for each, as a browser asks its native host for one when the bridge refuses the old. */
  pairAgain: (home: string) => Promise<void>;
};

/** All that a bridge tells. */
export type Known = { status: Status; points: ReadonlyMap<string, readonly HistoryPoint[]> };

/** One window of one row at one moment. */
type Seen = { series: string; point: HistoryPoint };

const MINUTE = 60_000;
const FIVE_HOURS = 300 * MINUTE;
const WEEK = 7 * 24 * 60 * MINUTE;
/** Stated once more and not taken from the bridge: the book must not ask it what is right. */
const HEARTBEAT = 15 * MINUTE;
const MAX_BATCH = 12;

const rows = [
  { account_uuid: "00000000-0000-4aaa-8000-000000000001", org_uuid: "00000000-0000-4bbb-8000-000000000001" },
  { account_uuid: "00000000-0000-4aaa-8000-000000000002", org_uuid: "00000000-0000-4bbb-8000-000000000001" },
  { account_uuid: "00000000-0000-4aaa-8000-000000000001", org_uuid: "00000000-0000-4bbb-8000-000000000002" },
] as const;

/** The row that no other shares its organisation with. */
export const ROW_ALONE = rows[2];

/** Four browsers that the bridge of this folder knows; two of them read the same row. */
export async function createLedger(home: string): Promise<Ledger> {
  // What nobody has read for 35 days would be forgotten.
  const startMs = Date.now() - 4 * WEEK;
  const readers = await Promise.all(
    [...rows, rows[0]].map(async (row) => ({ row, credentials: await pairInstall(home) })),
  );
  const browsers = readers.map((reader, index): Browser => {
    // A second apart, so that no two look in the same moment.
    return { ...reader, waiting: [], nextSequence: 1, atMs: startMs + index * 1000 };
  });
  const sent = new Set<string>();
  const acknowledged: Seen[] = [];
  const sequences = new Map<string, Set<number>>();

  const send = async (browser: Browser, port: number) => {
    // The present first, then what waits, as the extension does it.
    const batch = [...browser.waiting.slice(-1), ...browser.waiting.slice(0, -1)].slice(0, MAX_BATCH);
    for (const { snapshot } of batch) for (const seen of toSeen(snapshot)) sent.add(toText(seen));
    const { install } = browser.credentials;
    const body = toJsonBytes(createPost({ install, snapshots: batch }));
    const question = { method: "POST", path: "/snapshots", body };
    const answer = await ask(browser.credentials, port, question).catch(() => undefined);
    if (!answer?.isProven) return undefined;
    if (answer.status !== 200) return answer.status;
    const done = new Set(acknowledgementSchema.parse(JSON.parse(answer.body)).acknowledged);
    browser.waiting = browser.waiting.filter(({ sequence }) => !done.has(sequence));
    for (const { sequence, snapshot } of batch.filter((each) => done.has(each.sequence))) {
      acknowledged.push(...toSeen(snapshot));
      sequences.set(install, (sequences.get(install) ?? new Set()).add(sequence));
    }
    return answer.status;
  };
  const look = (browser: Browser, atMs: number) => {
    browser.waiting.push({ sequence: browser.nextSequence, snapshot: toSnapshot(browser.row, atMs) });
    browser.nextSequence += 1;
  };

  return {
    browsers,
    post: async (browser, port, random) => {
      browser.atMs += (random.int(1, 6) * MINUTE) / 3;
      look(browser, browser.atMs);
      return await send(browser, port);
    },
    postPresent: async (browser, port) => {
      look(browser, Date.now());
      return await send(browser, port);
    },
    findLost: ({ status, points }) => [
      ...[...sequences].flatMap(([install, own]) => findMissing(status, install, own)),
      ...acknowledged
        .filter((seen) => !isKept(seen, points.get(seen.series) ?? []))
        .map((seen) => `point ${toText(seen)}`),
      ...findOldRows(status, acknowledged),
    ],
    findInvented: ({ status, points }) =>
      [
        ...[...points].flatMap(([series, own]) => own.map((point) => ({ series, point }))).map(toText),
        ...status.rows.flatMap(toRowSeen).map(toText),
      ]
        .filter((text) => !sent.has(text))
        .concat(browsers.flatMap((browser) => findUnsentSequences(status, browser))),
    countAcknowledged: () => acknowledged.length / 2,
    forgetPoints: () => {
      acknowledged.length = 0;
    },
    pairAgain: async (home) => {
      for (const browser of browsers) browser.credentials = await pairInstall(home, browser.credentials.install);
    },
  };
}

/** Asks the bridge for everything. */
export async function readKnown(home: string): Promise<Known> {
  const status = statusSchema.parse(await askSocket(home, "GET", "/rows"));
  const target = toHistoryTarget({ sinceMs: 0, untilMs: Date.now() });
  const { series } = historySchema.parse(await askSocket(home, "GET", target));
  const points = series.map((each) => [toSeries(each, each.window), each.points] as const);
  return { status, points: new Map(points) };
}

/** One truth for all who look: a window fills in steps from one percent on, and starts again. */
function toSnapshot(row: Browser["row"], atMs: number): Snapshot {
  const toWindow = (id: string, lengthMs: number, steps: number) => {
    const startMs = Math.floor(atMs / lengthMs) * lengthMs;
    const utilization = 1 + Math.floor(((atMs - startMs) / lengthMs) * steps);
    return createUsageWindow({ id, label: id, utilization, resets_at: new Date(startMs + lengthMs).toISOString() });
  };
  const windows = [toWindow("five_hour", FIVE_HOURS, 40), toWindow("seven_day", WEEK, 90)];
  const nothing = {
    money: null,
    overage: null,
    overage_fetched_at: null,
    subscription: null,
    subscription_fetched_at: null,
  };
  return createSnapshot({ ...row, ...nothing, windows, fetched_at: new Date(atMs).toISOString() });
}

function toSeen({ windows, fetched_at, ...row }: Snapshot): Seen[] {
  return windows.map(({ id, utilization, resets_at }) => ({
    series: toSeries(row, id),
    point: [Date.parse(fetched_at), utilization, resets_at === null ? null : Date.parse(resets_at)],
  }));
}

/** As it was read; whether its reset has passed meanwhile is another matter. */
function toRowSeen({ windows, ...row }: Status["rows"][number]): Seen[] {
  return toSeen({
    ...row,
    windows: windows.map((window) => ({ ...window, utilization: window.utilization ?? window.last_known })),
  });
}

function toSeries(
  { org_uuid, account_uuid }: { org_uuid: string; account_uuid: string | null },
  window: string,
): string {
  return `${org_uuid} ${account_uuid} ${window}`;
}

function toText({ series, point }: Seen): string {
  return `${series} ${point.join()}`;
}

/** It stands itself, or an equal one less than a heartbeat before it. */
function isKept({ point: [at, utilization, resetsAt] }: Seen, points: readonly HistoryPoint[]): boolean {
  const before = points.findLast((point) => point[0] <= at);
  return before !== undefined && before[1] === utilization && before[2] === resetsAt && at - before[0] < HEARTBEAT;
}

/** Rows that are older than what was acknowledged, or not there at all. */
function findOldRows(status: Status, acknowledged: readonly Seen[]): string[] {
  const newest = new Map<string, number>();
  for (const { series, point } of acknowledged) newest.set(series, Math.max(newest.get(series) ?? 0, point[0]));
  const shown = new Map(status.rows.flatMap(toRowSeen).map(({ series, point }) => [series, point[0]]));
  return [...newest]
    .filter(([series, at]) => (shown.get(series) ?? 0) < at)
    .map(([series, at]) => `row ${series} at ${at}`);
}

function findMissing(status: Status, install: string, sequences: ReadonlySet<number>): string[] {
  const ranges = status.installs.find((each) => each.install === install)?.sequences ?? [];
  const missing = [...sequences].filter(
    (sequence) => !ranges.some(([first, last]) => first <= sequence && sequence <= last),
  );
  return missing.map((sequence) => `sequence ${install} ${sequence}`);
}

/** Beyond what was sent, or in ranges that tell a number twice. */
function findUnsentSequences(status: Status, { credentials, nextSequence }: Browser): string[] {
  const ranges = status.installs.find(({ install }) => install === credentials.install)?.sequences ?? [];
  const bounds = ranges.flat();
  const isAscending = ranges.every(([first, last], index) => first <= last && first > (ranges[index - 1]?.[1] ?? 0));
  return isAscending && (bounds.at(-1) ?? 0) < nextSequence
    ? []
    : [`sequences ${credentials.install} ${bounds.join()}`];
}
