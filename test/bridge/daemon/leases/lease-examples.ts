// Leases and levels to decide about, with what a test does not care for filled in.
import type { Lease, Level } from "../../../../bridge/daemon/leases/lease.ts";

export const NOON_MS = Date.UTC(2026, 10, 20, 12);
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

export function createLease(id: string, { points = 4, ...changes }: Partial<Lease> & { points?: number } = {}): Lease {
  return {
    id,
    class: "repo/claude",
    priority: "normal",
    state: "waiting",
    queuedMs: NOON_MS,
    startedMs: null,
    endedMs: null,
    isReady: true,
    passes: 0,
    isWoken: false,
    isBraked: false,
    watched: ["five_hour"],
    maxPercent: 90,
    maxAgeMs: 10 * MINUTE_MS,
    reserve: { percent: 6, spans: [] },
    expected: { five_hour: { points, sd: 0, error: 0 } },
    expectedMs: 20 * MINUTE_MS,
    seen: {},
    ...changes,
  };
}

export function createRunning(id: string, changes: Partial<Lease> & { points?: number } = {}): Lease {
  return createLease(id, { state: "running", startedMs: NOON_MS - 10 * MINUTE_MS, ...changes });
}

export function createLevel(percent: number, changes: Partial<Level> = {}): Level {
  return { percent, resetsMs: NOON_MS + 2 * HOUR_MS, observedMs: NOON_MS, ...changes };
}
