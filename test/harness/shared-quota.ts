// One account whose 5-hour window fills up with what stand-in agents use: reported to a real bridge by a paired browser, as
// often as a test wants, until it is stopped.
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ListedLease, leasesSchema } from "../../shared/lease/lease-wire.ts";
import { createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";
import { askSocket } from "./daemon.ts";
import { pairBrowser } from "./paired-browser.ts";
import { waitFor } from "./wait-for.ts";

export type SharedQuota = {
  /** Where the agents write what they use. */
  folder: string;
  /** Reads and reports now. */
  report: () => Promise<number>;
  /** From here on another period counts. */
  reset: () => Promise<void>;
  /** The highest percentage so far. */
  peak: () => number;
  readLeases: () => Promise<ListedLease[]>;
  /** Waits until so many are in this state. */
  hasLeases: (state: ListedLease["state"], count: number, limitMs?: number) => Promise<ListedLease[]>;
  play: () => () => Promise<void>;
};

const STEP_MS = 250;
const HOUR_MS = 3_600_000;

export async function openQuota(home: string, port: number, startPercent: number): Promise<SharedQuota> {
  const folder = join(home, "spent");
  await mkdir(folder);
  const browser = await pairBrowser({ home, port });
  let base = startPercent;
  let resetsMs = Date.now() + HOUR_MS;
  let peak = 0;

  const readUsed = async () => {
    const names = await readdir(folder);
    const spent = await Promise.all(names.map(async (name) => Number(await readFile(join(folder, name), "utf8"))));
    return base + spent.reduce((sum, points) => sum + points, 0);
  };
  const report = async () => {
    // What is used while it reads is in the next reading for certain, and in this one perhaps.
    const fetched_at = new Date().toISOString();
    const used = await readUsed();
    peak = Math.max(peak, used);
    const window = createUsageWindow({
      utilization: Math.round(Math.min(used, 100)),
      resets_at: new Date(resetsMs).toISOString(),
    });
    await browser.report([createSnapshot({ fetched_at, windows: [window] })]);
    return used;
  };
  const readLeases = async () => leasesSchema.parse(await askSocket(home, "GET", "/leases")).leases;
  await report();
  return {
    folder,
    report,
    reset: async () => {
      base -= await readUsed();
      peak = 0;
      resetsMs += 5 * HOUR_MS;
      await report();
    },
    peak: () => peak,
    readLeases,
    hasLeases: (state, count, limitMs) =>
      waitFor(
        async () => (await readLeases()).filter((lease) => lease.state === state),
        (leases) => leases.length === count,
        limitMs,
      ),
    play: () => {
      let isStopped = false;
      const turn = async () => {
        while (!isStopped) {
          // While the bridge is away nothing is reported.
          await report().catch(() => undefined);
          await new Promise((resolve) => setTimeout(resolve, STEP_MS));
        }
      };
      const played = turn();
      return async () => {
        isStopped = true;
        await played;
      };
    },
  };
}
