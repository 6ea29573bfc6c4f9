// A state folder, the real bridge on it, and the browsers that post to it: what every fault is done to.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pass } from "node:timers/promises";
import { type Daemon, type DaemonOptions, startDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { findFreePort } from "../harness/free-port.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createLedger, type Ledger, readKnown } from "./ledger.ts";
import type { Random } from "./random.ts";

export type Place = {
  readonly home: string;
  readonly port: number;
  /** Resolves to how long it took until the bridge answered; throws when it refuses to start. */
  start: (options?: Partial<DaemonOptions>) => Promise<number>;
  /** How long the last start took. */
  readStartMs: () => number;
  signal: (signal: NodeJS.Signals) => void;
  readPid: () => number;
  readExit: () => number | undefined;
  /** SIGTERM; resolves to the exit code. */
  stop: () => Promise<number>;
  /** kill -9, and gone when it resolves. */
  kill: () => Promise<void>;
  /** One post of some browser: the status of its answer. */
  post: (random: Random) => Promise<number | undefined>;
  /** Every browser looks once more, at this moment. */
  postPresent: () => Promise<void>;
  /** All browsers at once, post after post, until the result is called. */
  keepPosting: (random: Random) => () => Promise<void>;
  ledger: () => Ledger;
  findLost: () => Promise<string[]>;
  findInvented: () => Promise<string[]>;
  /** Whether a file of this name, or any, was found broken. */
  hasQuarantined: (file?: string) => Promise<boolean>;
  /** Takes everything away, and with it all that was acknowledged; the bridge must not run. */
  empty: () => Promise<void>;
  remove: () => Promise<void>;
};

/** Far more than a start takes: a machine that is busy with other things is no defect, and the table tells the time. */
const READY_MS = 60_000;

/** The bridge is running when it resolves. */
export async function createPlace(folder?: string): Promise<Place> {
  const home = folder ?? (await createFolder());
  const port = await findFreePort();
  let daemon: Daemon | undefined;
  let ledger: Ledger | undefined;
  let startMs = 0;

  const readDaemon = () => {
    if (!daemon) throw new Error("the bridge was not started");
    return daemon;
  };
  const readLedger = () => {
    if (!ledger) throw new Error("no bridge has paired with any browser yet");
    return ledger;
  };
  const start = async (options: Partial<DaemonOptions> = {}) => {
    const fromMs = performance.now();
    daemon = await startDaemon({ home, port, readyMs: READY_MS, ...options });
    startMs = performance.now() - fromMs;
    ledger ??= await createLedger(home);
    return startMs;
  };
  const kill = async () => {
    const { pid, readExit } = readDaemon();
    if (readExit() === undefined) process.kill(pid, "SIGKILL");
    await waitFor(readExit, (exit) => exit !== undefined);
  };
  await start();

  return {
    home,
    port,
    start,
    readStartMs: () => startMs,
    signal: (signal) => process.kill(readDaemon().pid, signal),
    readPid: () => readDaemon().pid,
    readExit: () => readDaemon().readExit(),
    stop: () => readDaemon().stop(),
    kill,
    post: (random) => readLedger().post(random.pick(readLedger().browsers), port, random),
    postPresent: async () => {
      for (const browser of readLedger().browsers) await readLedger().postPresent(browser, port);
    },
    keepPosting: (random) => {
      let isStopped = false;
      const { browsers, post } = readLedger();
      const posting = browsers.map(async (browser) => {
        while (!isStopped) if ((await post(browser, port, random)) !== 200) await pass(20);
      });
      return async () => {
        isStopped = true;
        await Promise.all(posting);
      };
    },
    ledger: readLedger,
    findLost: async () => readLedger().findLost(await readKnown(home)),
    findInvented: async () => readLedger().findInvented(await readKnown(home)),
    hasQuarantined: async (file = "") => {
      const names = await readdir(join(home, "quarantine")).catch((): string[] => []);
      return names.some((name) => name.endsWith(file));
    },
    empty: async () => {
      await removeFolder(home);
      ledger = undefined;
    },
    remove: async () => {
      await kill();
      await removeFolder(home);
    },
  };
}
