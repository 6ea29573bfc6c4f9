// One running bridge: the lock, the meter and its two doors, opened in order and closed in the other.
import { unlink } from "node:fs/promises";
import type { Server } from "node:http";
import { BRIDGE_PORT, type Post } from "../../shared/protocol.ts";
import { ensurePrivateFolder } from "../state/private-files.ts";
import { toSocketPath } from "../state/socket-path.ts";
import { findBrowser } from "./browser-peer.ts";
import { decideSocketRefusal, decideTcpRefusal } from "./guard.ts";
import { acquireLock } from "./lock.ts";
import type { Log } from "./log.ts";
import { openMeter } from "./meter.ts";
import { createGetHello } from "./routes/get-hello.ts";
import { createGetRows } from "./routes/get-rows.ts";
import { createPostSnapshots } from "./routes/post-snapshots.ts";
import { createPostWitness } from "./routes/post-witness.ts";
import { createBridgeServer, type Handler, type Request } from "./server.ts";

export type Bridge = {
  /** "listening", or why the extension can not reach us: another program has the port. */
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

/** Undefined when another bridge of this state folder is running. */
export async function openBridge(options: BridgeOptions): Promise<Bridge | undefined> {
  const { folder, port, version, now, log } = options;
  await ensurePrivateFolder(folder);
  const lock = await acquireLock(folder);
  if (!lock) return undefined;

  const meter = await openMeter({ folder, now, log });
  const getHello = createGetHello(version);
  const onDefect = (error: unknown) => log(`defect: ${error instanceof Error ? error.stack : String(error)}`);
  const tcp = createBridgeServer({
    routes: {
      "GET /hello": getHello,
      "POST /snapshots": createPostSnapshots({ meter, nameBrowser: createNameBrowser() }),
    },
    decideRefusal: (head) => decideTcpRefusal(head, `127.0.0.1:${port}`),
    onDefect,
  });
  tcp.maxConnections = 64;
  const door = keepListening(tcp, port, log);
  const getStatus: Handler = () => ({
    status: 200,
    body: { pid: process.pid, version, port, ingest: door.isListening() ? "listening" : "blocked" },
  });
  const postStop: Handler = () => {
    setImmediate(options.onStop);
    return { status: 200, body: {} };
  };
  const local = createBridgeServer({
    routes: {
      "GET /hello": getHello,
      "GET /rows": createGetRows(meter),
      "GET /status": getStatus,
      "POST /stop": postStop,
      "POST /witness": createPostWitness(meter),
    },
    decideRefusal: decideSocketRefusal,
    onDefect,
  });
  const socketPath = toSocketPath(folder);
  await listenOnSocket(local, socketPath);
  await door.firstTry;

  return {
    ingest: () => (door.isListening() ? "listening" : "blocked"),
    close: async () => {
      await Promise.all([door.close(), closeServer(local)]);
      await meter.settle();
      lock.release();
    },
  };
}

/** The lock is ours, so a socket file that is there belongs to a bridge that died. */
async function listenOnSocket(server: Server, path: string): Promise<void> {
  if (process.platform !== "win32") {
    await unlink(path).catch(() => {
      // Nothing there: the last bridge closed it.
    });
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    // The socket file is made inside listen, before it returns.
    const umask = process.umask(0o177);
    server.listen({ path, backlog: SOCKET_BACKLOG }, resolve);
    process.umask(umask);
  });
}

/** Listens on the port, and while another program has it, tries again. Local readers are served meanwhile. */
function keepListening(server: Server, port: number, log: Log) {
  let timer: NodeJS.Timeout | undefined;
  let isClosing = false;
  const firstTry = new Promise<void>((resolve) => {
    server.on("error", (error) => {
      if (server.listening) return;
      if (!timer) log(`port ${port} is taken (${error.message}): snapshots wait in the extension`);
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
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}

/** Looked up once per browser profile, while its connection is open. */
function createNameBrowser() {
  const known = new Map<string, string>();
  return async (post: Post, request: Request): Promise<string> => {
    // Only these two names hide another browser behind them.
    if (post.browser !== "Chrome" && post.browser !== "Chromium") return post.browser;
    const port = request.socket.remotePort;
    const name = known.get(post.install) ?? (port === undefined ? undefined : await findBrowser(port)) ?? post.browser;
    known.set(post.install, name);
    return name;
  };
}

export function toPort(environment: Readonly<Record<string, string | undefined>>): number {
  const chosen = Number(environment["CLAUDE_METER_PORT"]);
  return Number.isInteger(chosen) && chosen > 0 && chosen < 65_536 ? chosen : BRIDGE_PORT;
}
