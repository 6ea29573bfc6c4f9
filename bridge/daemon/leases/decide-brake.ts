// Who has to hand over when more is owed than is left: the youngest first, and never the last one that runs. Pure.
import { type Lease, type Room, toOwed } from "./lease.ts";

/** The ids that are braked from here on, with those that are already. */
export function decideBrake(leases: readonly Lease[], room: Room): ReadonlySet<string> {
  const running = leases
    .filter(({ state }) => state === "running")
    .toSorted((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0));
  // Who was told to hand over ends its turn; to take that back would tell it to go on with half of it.
  const braked = new Set(running.filter(({ isBraked }) => isBraked).map(({ id }) => id));
  const settling = leases.filter(({ state }) => state === "settling");
  for (const youngest of running.toReversed()) {
    const going = running.filter(({ id }) => !braked.has(id));
    if (going.length <= 1) break;
    if (!isOverdrawn([...going, ...settling], room)) break;
    braked.add(youngest.id);
  }
  return braked;
}

function isOverdrawn(leases: readonly Lease[], { levels }: Room): boolean {
  return Object.entries(levels).some(
    ([window, { percent }]) => leases.reduce((sum, lease) => sum + toOwed(lease, window), 0) > 100 - percent,
  );
}
