// What one more reading of a window changes: what leases have used of it counts as seen, those that ended before it are
// settled once every window is read, and after a reset what is still owed is owed to the new period. Pure.
import type { Lease, Level, Room } from "./lease.ts";

/** The server's dates jitter by a second; a moved reset is minutes away. */
const RESET_JITTER_MS = 300_000;
const HOUR_MS = 3_600_000;

export type LevelChange = { window: string; before: Level | undefined; after: Level };

export function mergeLevel(leases: readonly Lease[], { window, before, after }: LevelChange, room: Room): Lease[] {
  if (!before) return [...leases];
  if (isReset(before, after)) return leases.map((lease) => startPeriod(lease, window));
  const delta = after.percent - before.percent;
  const spanMs = after.observedMs - before.observedMs;
  if (delta <= 0 || spanMs <= 0) return [...leases];
  const weights = leases.map((lease) => toWeight(lease, window, before.observedMs, after.observedMs));
  const elsewhere = ((room.background[window] ?? 0) * spanMs) / HOUR_MS;
  const sum = weights.reduce((total, weight) => total + weight, elsewhere);
  if (sum <= 0) return [...leases];
  return leases.map((lease, index) => {
    const share = (delta * (weights[index] ?? 0)) / sum;
    return share === 0 ? lease : { ...lease, seen: { ...lease.seen, [window]: (lease.seen[window] ?? 0) + share } };
  });
}

export function isReset(before: Level, after: Level): boolean {
  if (after.resetsMs === null) return before.resetsMs !== null && after.percent < before.percent;
  return before.resetsMs === null || after.resetsMs - before.resetsMs > RESET_JITTER_MS;
}

/** Without those that every window of the room has been read after. */
export function dropSettled(leases: readonly Lease[], levels: Room["levels"]): Lease[] {
  const readMs = Math.min(...Object.values(levels).map(({ observedMs }) => observedMs));
  return leases.filter(({ state, endedMs }) => state !== "settling" || endedMs === null || readMs <= endedMs);
}

function startPeriod(lease: Lease, window: string): Lease {
  const { [window]: expected, ...others } = lease.expected;
  const woken = { ...lease, isWoken: lease.isWoken || lease.state === "waiting" };
  if (!expected || lease.state === "waiting") return woken;
  const points = Math.max(0, expected.points - (lease.seen[window] ?? 0));
  return { ...woken, expected: { ...others, [window]: { ...expected, points } }, seen: { ...lease.seen, [window]: 0 } };
}

/** What it should have used between two readings, at the pace of its class. */
function toWeight(lease: Lease, window: string, fromMs: number, toMs: number): number {
  const points = lease.expected[window]?.points ?? 0;
  return (points * toHeldMs(lease, fromMs, toMs)) / Math.max(1, lease.expectedMs);
}

/** How much of the span it was under way. */
export function toHeldMs({ startedMs, endedMs }: Lease, fromMs: number, toMs: number): number {
  if (startedMs === null) return 0;
  return Math.max(0, Math.min(endedMs ?? toMs, toMs) - Math.max(startedMs, fromMs));
}
