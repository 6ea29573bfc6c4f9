// The leases of every row while the bridge runs: who waits and who holds, told to each as it changes. What it decides, the
// book decides; what it is told, connections, readings and a few timers tell it.
import type { BridgeMessage, CostList, LeaseAsk, ListedLease } from "../../../shared/lease/lease-wire.ts";
import { DEFAULT_RESERVE, parseReserve } from "../../../shared/lease/reserve.ts";
import type { Status, StoredRow } from "../../../shared/row.ts";
import type { RowId } from "../../../shared/row-id.ts";
import { toIso } from "../../../shared/time.ts";
import {
  type Book,
  countStarts,
  decide,
  emptyBook,
  endLease,
  joinQueue,
  markReady,
  mergeReading,
  reclaim,
} from "./book.ts";
import { learnCosts } from "./costs/learn-costs.ts";
import type { Expectation } from "./costs/to-expected.ts";
import { toListedCosts } from "./costs/to-listed-costs.ts";
import { type Blocked, toQueue } from "./decide-grants.ts";
import type { Lease } from "./lease.ts";
import { toOwed } from "./lease.ts";
import type { Holder, LeaseStore } from "./lease-store.ts";
import { readProcessStart } from "./process-start.ts";
import { toLevels } from "./to-levels.ts";

/** To one holder; a connection that is gone takes no message. */
export type Channel = { send: (message: BridgeMessage) => void; close: () => void };

export type LeaseKeeper = {
  /** A holder's first word. */
  open: (ask: LeaseAsk, channel: Channel) => void;
  setReady: (id: string, channel: Channel, isReady: boolean) => void;
  /** The connection has ended, and with it the lease. */
  leave: (id: string, channel: Channel) => void;
  /** Takes a lease from its holder; false when there is none of this id. */
  end: (id: string) => boolean;
  list: () => ListedLease[];
  listCosts: (sinceMs: number) => CostList;
  /** Rows have changed. */
  onStatus: (status: Status) => void;
  close: () => void;
};

export type LeaseKeeperOptions = {
  store: LeaseStore;
  readStatus: () => Status;
  now: () => number;
  /** 0 to 23, of the user's day. */
  readHour: (ms: number) => number;
  /** Asks the browser for a reading of this row that is newer than this; with it an ended lease is settled. */
  requestLook: (row: RowId, sinceMs: number) => void;
};

type Shelf = RowId & {
  key: string;
  book: Book;
  timer: NodeJS.Timeout | undefined;
  telling: NodeJS.Timeout | undefined;
  welcoming: NodeJS.Timeout | undefined;
};
type Entry = {
  ask: LeaseAsk;
  shelf: Shelf;
  source: Expectation["source"];
  channel: Channel | undefined;
  pidStart: string | null;
  /** The last word about its place. */
  told: string;
};

/** A holder that lost its bridge asks again within this time. */
const RECLAIM_MS = 5_000;
const PID_STEP_MS = 1_000;
/** Whoever is new hears its place soon; of hundreds whose places move, each hears once in a while. */
const TELL_NEW_MS = 50;
const TELL_MS = 1_000;
const LEARN_FROM_MS = 28 * 86_400_000;

export function createLeaseKeeper(options: LeaseKeeperOptions): LeaseKeeper {
  const { store, now, readHour, requestLook } = options;
  const shelves = new Map<string, Shelf>();
  const entries = new Map<string, Entry>();
  /** Holders of the bridge before this one that have not asked again. */
  const awaited = new Map<string, Holder>();
  let reclaiming: NodeJS.Timeout | undefined;
  let watching: NodeJS.Timeout | undefined;

  function findShelf(row: RowId): Shelf | undefined {
    const isOf = (each: RowId) =>
      each.org_uuid === row.org_uuid &&
      (each.account_uuid === row.account_uuid || each.account_uuid === null || row.account_uuid === null);
    const stored = options.readStatus().rows.find(isOf);
    return stored && ensureShelf(stored);
  }

  function ensureShelf(row: StoredRow): Shelf {
    const key = `${row.org_uuid}/${row.account_uuid ?? ""}`;
    const known = shelves.get(key);
    if (known) return known;
    const sinceMs = now() - LEARN_FROM_MS;
    const intervals = store.readIntervals(key, sinceMs);
    const jobs = store.readJobs(key, sinceMs);
    const costs = learnCosts(intervals, jobs, now());
    const { org_uuid, account_uuid } = row;
    const book = { ...emptyBook, intervals, jobs, costs };
    const shelf: Shelf = {
      org_uuid,
      account_uuid,
      key,
      book,
      timer: undefined,
      telling: undefined,
      welcoming: undefined,
    };
    shelves.set(key, shelf);
    read(shelf, row);
    return shelf;
  }

  function read(shelf: Shelf, row: StoredRow): void {
    const merged = mergeReading(shelf.book, toLevels(row, now()), now());
    shelf.book = merged.book;
    store.addIntervals(shelf.key, merged.ended);
    for (const id of merged.braked) entries.get(id)?.channel?.send({ type: "brake" });
    forgetSettled();
  }

  function forgetSettled(): void {
    for (const [id, { shelf }] of entries) if (!findLease(shelf, id)) entries.delete(id);
  }

  function open(ask: LeaseAsk, channel: Channel): void {
    const known = entries.get(ask.id);
    // Its connection broke and the kernel has not told us yet; or it is taken for somebody who asks twice.
    known?.channel?.close();
    const shelf = findShelf(ask);
    if (!shelf) {
      if (ask.held_since === null) channel.send({ type: "refused", reason: "unknown-row", ...nowhere });
      else channel.send({ type: "granted" });
      return;
    }
    const state = findLease(shelf, ask.id)?.state;
    if (known && state === "running") {
      known.channel = channel;
      channel.send({ type: "granted" });
    } else if (ask.held_since !== null) {
      hold(add(ask, shelf, channel), Date.parse(ask.held_since));
      channel.send({ type: "granted" });
      if (awaited.delete(ask.id) && awaited.size === 0) endReclaiming();
    } else if (!refuseStart(ask, shelf, channel)) {
      add(ask, shelf, channel);
      welcome(shelf);
    }
  }

  function add(ask: LeaseAsk, shelf: Shelf, channel: Channel | undefined): Entry {
    const nowMs = now();
    const joined = joinQueue(shelf.book, {
      id: ask.id,
      class: ask.class,
      priority: ask.priority,
      queuedMs: Math.min(nowMs, Date.parse(ask.queued_at)),
      watched: ask.windows,
      maxPercent: ask.max_percent,
      maxAgeMs: ask.max_age_ms ?? Number.POSITIVE_INFINITY,
      reserve: parseReserve(ask.reserve) ?? parseReserve(DEFAULT_RESERVE) ?? { percent: 0, spans: [] },
      given: ask.cost,
    });
    shelf.book = joined.book;
    const pidStart = ask.for_pid ? (readProcessStart(ask.for_pid) ?? null) : null;
    const entry: Entry = { ask, shelf, source: joined.expectation.source, channel, pidStart, told: "" };
    entries.set(ask.id, entry);
    return entry;
  }

  function refuseStart({ class: name, max_starts: limit }: LeaseAsk, { book }: Shelf, channel: Channel): boolean {
    if (!limit) return false;
    const starts = countStarts(book, name, now(), limit.per_ms);
    if (starts < limit.count) return false;
    const same = [...entries.values()].findLast(({ ask }) => ask.class === name);
    channel.send({
      type: "refused",
      reason: "max-starts",
      ...nowhere,
      starts,
      started_by: same ? `process ${same.ask.pid}` : null,
    });
    return true;
  }

  /** Written before it is told: a bridge that is killed in between must know whom to wait for. */
  function hold({ ask, shelf, pidStart }: Entry, startedMs: number): void {
    shelf.book = reclaim(shelf.book, ask.id, startedMs);
    store.keepHolder({ ask: { ...ask, held_since: toIso(startedMs) }, started_ms: startedMs, pid_start: pidStart });
    if (ask.for_pid) watching ??= setInterval(watchPids, PID_STEP_MS);
  }

  function decideShelf(shelf: Shelf): void {
    clearTimeout(shelf.timer);
    shelf.timer = undefined;
    if (!reclaiming) grant(shelf);
    tell(shelf);
  }

  function grant(shelf: Shelf): void {
    const nowMs = now();
    const { book, grants } = decide(shelf.book, nowMs, readHour(nowMs));
    shelf.book = book;
    for (const id of grants.granted) {
      const entry = entries.get(id);
      if (!entry) continue;
      hold(entry, nowMs);
      entry.channel?.send({ type: "granted" });
    }
    if (grants.againMs !== undefined) shelf.timer = setTimeout(() => decideShelf(shelf), grants.againMs - nowMs);
  }

  function tell(shelf: Shelf): void {
    if (!shelf.book.leases.some(({ state }) => state === "waiting")) return;
    shelf.telling ??= setTimeout(() => {
      shelf.telling = undefined;
      tellPlaces(shelf, () => true);
    }, TELL_MS);
  }

  function welcome(shelf: Shelf): void {
    shelf.welcoming ??= setTimeout(() => {
      shelf.welcoming = undefined;
      tellPlaces(shelf, ({ told }) => told === "");
    }, TELL_NEW_MS);
  }

  function tellPlaces(shelf: Shelf, isMeant: (entry: Entry) => boolean): void {
    for (const [id, place] of toPlaces(shelf)) {
      const entry = entries.get(id);
      const text = JSON.stringify(place);
      if (!entry || entry.told === text || !isMeant(entry)) continue;
      entry.told = text;
      entry.channel?.send({ type: "waiting", ...place });
    }
  }

  function toPlaces({ book }: Shelf): Map<string, Place> {
    const nowMs = now();
    const { blocked } = decide(book, nowMs, readHour(nowMs)).grants;
    return new Map(
      toQueue(book.leases).map(({ id }, index) => [
        id,
        reclaiming
          ? { ...nowhere, position: index + 1, blocked_by: "restart" }
          : { ...toPlace(blocked.get(id)), position: index + 1 },
      ]),
    );
  }

  function setReady(id: string, channel: Channel, isReady: boolean): void {
    const entry = entries.get(id);
    if (entry?.channel !== channel) return;
    const { shelf, ask } = entry;
    shelf.book = markReady(shelf.book, id, isReady);
    decideShelf(shelf);
    if (!isReady || ask.wait || findLease(shelf, id)?.state !== "waiting") return;
    const place = toPlaces(shelf).get(id) ?? nowhere;
    drop(id);
    channel.send({ type: "refused", reason: "leased", ...place });
  }

  function leave(id: string, channel: Channel): void {
    const entry = entries.get(id);
    // Another connection has taken its place.
    if (entry?.channel !== channel) return;
    entry.channel = undefined;
    if (entry.ask.for_pid && findLease(entry.shelf, id)?.state === "running") return;
    drop(id);
  }

  /** It ends; what it has used and nobody has seen yet is settled by the next reading. */
  function drop(id: string): void {
    const entry = entries.get(id);
    if (!entry) return;
    const { shelf } = entry;
    const { book, job } = endLease(shelf.book, id, now());
    shelf.book = book;
    if (job) {
      store.addJob(shelf.key, job);
      store.dropHolder(id);
      requestLook({ org_uuid: shelf.org_uuid, account_uuid: shelf.account_uuid }, now());
    }
    forgetSettled();
    decideShelf(shelf);
  }

  function watchPids(): void {
    for (const [id, { ask, shelf, pidStart }] of entries) {
      if (!ask.for_pid || findLease(shelf, id)?.state !== "running") continue;
      if (readProcessStart(ask.for_pid) !== pidStart) drop(id);
    }
    const isNeeded = [...entries].some(
      ([id, { ask, shelf }]) => ask.for_pid && findLease(shelf, id)?.state === "running",
    );
    if (isNeeded) return;
    clearInterval(watching);
    watching = undefined;
  }

  function endReclaiming(): void {
    clearTimeout(reclaiming);
    reclaiming = undefined;
    for (const holder of awaited.values()) settle(holder);
    awaited.clear();
    for (const shelf of shelves.values()) decideShelf(shelf);
  }

  /** Nobody claims it: it ended while no bridge ran. */
  function settle({ ask, started_ms: startedMs }: Holder): void {
    store.dropHolder(ask.id);
    const shelf = findShelf(ask);
    if (!shelf) return;
    add(ask, shelf, undefined);
    shelf.book = reclaim(shelf.book, ask.id, startedMs);
    drop(ask.id);
  }

  function restore(holder: Holder): void {
    const { ask, started_ms: startedMs, pid_start: pidStart } = holder;
    const start = readProcessStart(ask.for_pid ?? ask.pid);
    const shelf = findShelf(ask);
    if (start === undefined || !shelf || (ask.for_pid && start !== pidStart)) settle(holder);
    else if (ask.for_pid) hold(add(ask, shelf, undefined), startedMs);
    else awaited.set(ask.id, holder);
  }

  for (const row of options.readStatus().rows) ensureShelf(row);
  for (const holder of store.readHolders()) restore(holder);
  if (awaited.size > 0) reclaiming = setTimeout(endReclaiming, RECLAIM_MS);

  return {
    open,
    setReady,
    leave,
    end: (id) => {
      const entry = entries.get(id);
      if (!entry || findLease(entry.shelf, id)?.state === "settling") return false;
      const { channel } = entry;
      entry.channel = undefined;
      drop(id);
      channel?.send({ type: "refused", reason: "ended", ...nowhere });
      channel?.close();
      return true;
    },
    list: () =>
      [...shelves.values()].flatMap((shelf) => {
        const places = toPlaces(shelf);
        const listed = shelf.book.leases.flatMap((lease) => {
          const entry = entries.get(lease.id);
          return entry ? [toListed(lease, entry, { place: places.get(lease.id) ?? nowhere, nowMs: now() })] : [];
        });
        return listed.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0));
      }),
    listCosts: (sinceMs) => ({
      schema: 1,
      since: toIso(sinceMs),
      until: toIso(now()),
      costs: [...shelves.values()].flatMap(({ key, org_uuid, account_uuid, book }) =>
        toListedCosts(
          { intervals: store.readIntervals(key, sinceMs), jobs: store.readJobs(key, sinceMs), costs: book.costs },
          { org_uuid, account_uuid },
        ),
      ),
    }),
    onStatus: ({ rows }) => {
      for (const row of rows) {
        const shelf = ensureShelf(row);
        read(shelf, row);
        if (shelf.book.leases.length > 0) decideShelf(shelf);
      }
    },
    close: () => {
      clearTimeout(reclaiming);
      clearInterval(watching);
      for (const { timer, telling, welcoming } of shelves.values()) {
        for (const each of [timer, telling, welcoming]) clearTimeout(each);
      }
      store.close();
    },
  };
}

type Place = Pick<ListedLease, "position" | "blocked_by" | "window" | "expected_at">;

const nowhere: Place = { position: null, blocked_by: null, window: null, expected_at: null };

function findLease({ book }: Shelf, id: string): Lease | undefined {
  return book.leases.find((lease) => lease.id === id);
}

function toPlace(why: Blocked | undefined): Place {
  switch (why?.kind) {
    case undefined:
      return nowhere;
    case "window":
      return {
        ...nowhere,
        blocked_by: why.kind,
        window: why.window,
        expected_at: why.resetsMs === null ? null : toIso(why.resetsMs),
      };
    case "stale":
      return { ...nowhere, blocked_by: why.kind, window: why.window };
    case "turn":
      return { ...nowhere, blocked_by: why.kind, expected_at: toIso(why.atMs) };
    case "gate":
    case "queue":
      return { ...nowhere, blocked_by: why.kind };
  }
}

function toListed(lease: Lease, { ask, shelf, source }: Entry, at: { place: Place; nowMs: number }): ListedLease {
  const toMoment = (ms: number | null) => (ms === null ? null : toIso(ms));
  const byWindow = (read: (window: string) => number) =>
    Object.fromEntries(Object.keys(lease.expected).map((window) => [window, Math.round(read(window) * 10) / 10]));
  return {
    id: lease.id,
    org_uuid: shelf.org_uuid,
    account_uuid: shelf.account_uuid,
    class: lease.class,
    label: ask.label ?? null,
    priority: lease.priority,
    state: lease.state,
    pid: ask.for_pid ?? ask.pid,
    queued_at: toIso(lease.queuedMs),
    started_at: toMoment(lease.startedMs),
    ended_at: toMoment(lease.endedMs),
    ...at.place,
    is_braked: lease.isBraked,
    cost_source: source,
    expected: byWindow((window) => lease.expected[window]?.points ?? 0),
    owed: byWindow((window) => toOwed(lease, window)),
    starts_last_hour: countStarts(shelf.book, lease.class, at.nowMs),
  };
}
