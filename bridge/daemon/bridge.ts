// One running bridge: the lock, the row keeper and its two doors, opened in order and closed in the other.
import { unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { LEASE_TARGET } from "../../shared/lease/lease-wire.ts";
import { LINE_PATH } from "../../shared/line.ts";
import type { Post } from "../../shared/protocol.ts";
import { toLogPath } from "../state/paths.ts";
import { ensurePrivateFile, ensurePrivateFolder } from "../state/private-files.ts";
import { hasCode } from "../state/read-status.ts";
import { ensureSocketPath, toSocketFile } from "../state/socket-path.ts";
import { UnsafePathError } from "../state/unsafe-path-error.ts";
import { createAuthenticator } from "./authenticate.ts";
import { findBrowser } from "./browser-peer.ts";
import { createClockWatch } from "./clock-watch.ts";
import { decideSocketRefusal, decideTcpRefusal } from "./decide-refusal.ts";
import { openHistory } from "./history/history.ts";
import { type KeyRing, openKeyRing } from "./key-ring.ts";
import { createLeaders } from "./leaders.ts";
import { createLeaseDoor } from "./leases/lease-door.ts";
import { createLeaseKeeper } from "./leases/lease-keeper.ts";
import { openLeaseStore } from "./leases/lease-store.ts";
import { openLimitKeeper } from "./limits/limit-keeper.ts";
import { createLine } from "./line.ts";
import { createLive } from "./live.ts";
import { acquireLock } from "./lock.ts";
import { type Log, toDefectText } from "./log.ts";
import { createRequestLook } from "./look-requests.ts";
import { hasMetricsToken } from "./metrics/bearer.ts";
import { countIngests, countOne, createCounts } from "./metrics/counts.ts";
import { createNotifyDoor } from "./notify/notify-door.ts";
import { createPairing } from "./pairing.ts";
import { trimQuarantine } from "./quarantine.ts";
import type { RefusalCode } from "./refusal.ts";
import { createGetAgents } from "./routes/get-agents.ts";
import { createGetHello } from "./routes/get-hello.ts";
import { createGetHistory } from "./routes/get-history.ts";
import { createGetMetrics } from "./routes/get-metrics.ts";
import { createGetRows } from "./routes/get-rows.ts";
import { createLeaseRoutes } from "./routes/leases.ts";
import { createLimitRoutes } from "./routes/limits.ts";
import { createPortPairRoutes, createSocketPairRoutes } from "./routes/pair.ts";
import { createPostForget } from "./routes/post-forget.ts";
import { createPostReadings, createPostWitness } from "./routes/post-readings.ts";
import { createPostRefresh } from "./routes/post-refresh.ts";
import { createPostSnapshots } from "./routes/post-snapshots.ts";
import { openRowKeeper, type RowKeeper } from "./row-keeper.ts";
import { createBridgeServer, type Handler, type Request } from "./server.ts";
import { createSourcesDoor } from "./sources/sources-door.ts";
import { removeAbandoned } from "./temporary-files.ts";

export type Bridge = {
  /** "listening", or why the extension cannot reach us: another program has the port. */
  ingest: () => "listening" | "blocked";
  /** Stops accepting, finishes what is under way, frees port, socket and lock. */
  close: () => Promise<void>;
};

export type BridgeOptions = {
  folder: string;
  port: number;
  version: string;
  now: () => number;
  log: Log;
  /** Asked through the socket: `claude-meter bridge stop`. */
  onStop: () => void;
};

/** A squatter may go away; there is no other port to hop to. */
const PORT_RETRY_MS = 5_000;
/** 500 agents may ask in the same moment; with Node's 511 a burst against a busy bridge gets EAGAIN. */
const SOCKET_BACKLOG = 4096;

/** What it is about takes weeks. */
const TIDY_MS = 6 * 60 * 60_000;

/** What is under way takes milliseconds; whoever dribbles a request must not hold up a stop. */
const CLOSE_GRACE_MS = 1_000;

/** Undefined when another bridge of this state folder is running. */
export async function openBridge(options: BridgeOptions): Promise<Bridge | undefined> {
  const { folder, port, version, now, log } = options;
  await ensurePrivateFolder(folder);
  await ensurePrivateFile(toLogPath(folder));
  const lock = await acquireLock({ folder, now, log });
  if (!lock) return undefined;

  const history = await openHistory({ folder, now, log });
  const counts = createCounts();
  const rowKeeper = countIngests(await openRowKeeper({ folder, now, log, history }), counts);
  const keys = await openKeyRing(folder, now, log);
  const limits = await openLimitKeeper({ folder, now, log });
  const pairing = createPairing(keys, now);
  const host = `127.0.0.1:${port}`;
  const clock = createClockWatch(now, log);
  const getAgents = createGetAgents(folder, now);
  const getHello = createGetHello(version);
  const getHistory = createGetHistory(rowKeeper, history);
  const getMetrics = createGetMetrics({ rowKeeper, limits, counts, version, now });
  const onRefusal = (code: RefusalCode) => countOne(counts.refusedRequests, code);
  const onDefect = (error: unknown) => {
    counts.defects += 1;
    log(`defect: ${toDefectText(error)}`);
  };
  const authenticator = createAuthenticator({ keys, host, now, startedMs: now() });
  const leaders = createLeaders(() => performance.now());
  const line = createLine({ authenticator, now, onDefect });
  const requestLook = createRequestLook({
    // A browser whose key was taken back keeps its line until it ends, and hears nothing on it.
    findLooker: (row) =>
      findFirst(leaders.findReaders(row), (install) => keys.find(install) && line.findLooker(install)),
    now,
    sleep: (ms) => sleep(ms, undefined, { ref: false }),
  });
  const tcp = createBridgeServer({
    routes: {
      "GET /agents": getAgents,
      "GET /hello": getHello,
      "GET /history": getHistory,
      "GET /rows": createGetRows(rowKeeper),
      "POST /snapshots": createPostSnapshots({ rowKeeper, clock, leaders, nameBrowser: createNameBrowser(keys) }),
    },
    authenticator,
    upgrades: { [`GET ${LINE_PATH}`]: line.accept },
    openRoutes: async (head) => ({
      ...(pairing.isOpen() ? createPortPairRoutes(pairing) : {}),
      ...((await hasMetricsToken(head, folder)) ? { "GET /metrics": getMetrics } : {}),
    }),
    decideRefusal: (head) => decideTcpRefusal(head, host),
    decideUpgradeRefusal: (head) => decideTcpRefusal(head, host, "websocket"),
    onRefusal,
    onDefect,
  });
  tcp.maxConnections = 64;
  const door = keepListening(tcp, port, log);
  const getStatus: Handler = () => ({
    status: 200,
    body: {
      pid: process.pid,
      version,
      port,
      ingest: door.isListening() ? "listening" : "blocked",
      ahead_seconds: clock.readAheadSeconds(),
    },
  });
  const postStop: Handler = () => {
    setImmediate(options.onStop);
    return { status: 200, body: {} };
  };
  const sources = createSourcesDoor({
    folder,
    version,
    now,
    random: Math.random,
    log,
    readStatus: rowKeeper.readStatus,
    ingestReadings: rowKeeper.ingestReadings,
    isWatched: () => live.hasListeners() || leaseDoor.hasHolders(),
    onDefect,
  });
  const onCrowd = () => sources.onWatchers();
  const live = createLive({ readStatus: rowKeeper.readStatus, onDefect, onCrowd });
  const leases = createLeaseKeeper({
    store: await openLeaseStore(folder, now, log),
    readStatus: rowKeeper.readStatus,
    now,
    readHour: (ms) => new Date(ms).getHours(),
    // Without a browser on the line the next minute's reading settles it.
    requestLook: (row, sinceMs) => void requestLook(row, sinceMs),
  });
  const leaseDoor = createLeaseDoor({ keeper: leases, onDefect, onCrowd });
  const notify = await createNotifyDoor({ folder, now, log, readStatus: rowKeeper.readStatus });
  const tidy = createTidying({ folder, rowKeeper, now, log });
  rowKeeper.onPublished(() => {
    live.publish();
    notify.onPublished();
    leases.onStatus(rowKeeper.readStatus());
    void tidy();
  });
  const local = createBridgeServer({
    routes: {
      "GET /agents": getAgents,
      "GET /hello": getHello,
      "GET /history": getHistory,
      "GET /metrics": getMetrics,
      "GET /rows": createGetRows(rowKeeper),
      "GET /status": getStatus,
      "POST /refresh": createPostRefresh({ rowKeeper, requestLook, readOtherSources: sources.wantAll }),
      "POST /forget": createPostForget(rowKeeper),
      "POST /readings": createPostReadings(rowKeeper),
      "POST /notify": async () => {
        await notify.reload();
        return { status: 200, body: {} };
      },
      "POST /stop": postStop,
      "POST /witness": createPostWitness(rowKeeper),
      ...createLimitRoutes(limits),
      ...sources.routes,
      ...createLeaseRoutes(leases),
      ...createSocketPairRoutes({ pairing, keys, rowKeeper, isListening: door.isListening }),
    },
    upgrades: { "GET /live": live.accept, [`GET ${LEASE_TARGET}`]: leaseDoor.accept },
    decideRefusal: decideSocketRefusal,
    onRefusal,
    onDefect,
  });
  await listenOnSocket(local, folder);
  await door.firstTry;
  await tidy();

  return {
    ingest: () => (door.isListening() ? "listening" : "blocked"),
    close: async () => {
      await Promise.all([door.close(), live.close(), leaseDoor.close(), line.close(), notify.close(), sources.close()]);
      await rowKeeper.settle();
      leases.close();
      await history.close();
      // Last, and the lock with it: who asked us to stop takes a silent socket for the end of us.
      await closeServer(local);
      // A pipe's name can be listed while it is open; nobody shall wait under it for our CLI.
      if (process.platform === "win32") await removeSocketFile(folder);
      await Promise.all([rowKeeper.settle(), limits.settle()]);
      lock.release();
    },
  };
}

function findFirst<T, R>(items: readonly T[], read: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = read(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

type TidyOptions = { folder: string; rowKeeper: RowKeeper; now: () => number; log: Log };

/**
 * Lets go of what nobody needs any more, at most once in a while; what cannot be removed is tried again the next time.
 * With the readings instead of a timer: without any, nothing grows either.
 */
function createTidying({ folder, rowKeeper, now, log }: TidyOptions) {
  let lastMs = Number.NEGATIVE_INFINITY;
  return async (): Promise<void> => {
    if (now() - lastMs < TIDY_MS) return;
    lastMs = now();
    try {
      await rowKeeper.forgetSilent();
      for (const each of [folder, join(folder, "runs")]) await removeAbandoned(each, now());
      await trimQuarantine(folder);
    } catch (error) {
      log(`tidying up failed: ${error instanceof Error && "code" in error ? String(error.code) : "unknown error"}`);
    }
  };
}

/** The lock is ours, so a socket file that is there belongs to a bridge that died. */
async function listenOnSocket(server: Server, folder: string): Promise<void> {
  await removeSocketFile(folder);
  const path = ensureSocketPath(folder);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The socket file is made inside listen, before it returns.
    const umask = process.umask(0o177);
    server.listen({ path, backlog: SOCKET_BACKLOG }, resolve);
    process.umask(umask);
  });
}

async function removeSocketFile(folder: string): Promise<void> {
  const path = toSocketFile(folder);
  await unlink(path).catch((error: unknown) => {
    // Nothing there: the last bridge closed it.
    if (!hasCode(error, "ENOENT"))
      throw new UnsafePathError(`${path} is in the place of the bridge's socket: remove it.`, { cause: error });
  });
}

/** Listens on the port, and while another program has it, tries again. Local readers are served meanwhile. */
function keepListening(server: Server, port: number, log: Log) {
  let timer: NodeJS.Timeout | undefined;
  let isClosing = false;
  const firstTry = new Promise<void>((resolve) => {
    server.on("error", (error) => {
      if (server.listening) return;
      if (!timer) log(`port ${port} is in use (${error.message}): readings wait in the extension`);
      timer = setTimeout(listen, PORT_RETRY_MS);
      resolve();
    });
    server.on("listening", () => {
      log(`listening on 127.0.0.1:${port}`);
      timer = undefined;
      resolve();
    });
  });
  function listen(): void {
    if (!isClosing) server.listen({ host: "127.0.0.1", port, exclusive: true });
  }
  listen();
  return {
    firstTry,
    isListening: () => server.listening,
    close: async () => {
      isClosing = true;
      clearTimeout(timer);
      await closeServer(server);
    },
  };
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const grace = setTimeout(() => server.closeAllConnections(), CLOSE_GRACE_MS);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(grace);
}

/** The native host saw the browser itself; else it is looked up once per profile, while its connection is open. */
function createNameBrowser(keys: KeyRing) {
  const known = new Map<string, Promise<string | undefined>>();
  return async (post: Post, request: Request): Promise<string> => {
    const paired = keys.find(post.install)?.browser ?? post.browser;
    // Only these two names hide another browser behind them.
    if (paired !== "Chrome" && paired !== "Chromium") return paired;
    const port = request.socket.remotePort;
    // Many posts at once wait for one look: it goes through every process of the user.
    const found = known.get(post.install) ?? (port === undefined ? undefined : findBrowser(port));
    if (found) known.set(post.install, found);
    return (await found) ?? paired;
  };
}
