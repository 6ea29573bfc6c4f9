// In which order waiting snapshots go to the bridge, and how many at once. Pure.
import { MAX_BATCH, MAX_BODY_BYTES } from "../shared/protocol.ts";
import { toRow, type Waiting } from "./queue.ts";

/** Leaves room for the envelope. */
const MAX_BATCH_BYTES = MAX_BODY_BYTES - 4096;

const encoder = new TextEncoder();

/** No bridge takes a body in which this snapshot alone would fit. */
export function isTooLarge(entry: Waiting): boolean {
  return toBytes(entry) > MAX_BATCH_BYTES;
}

/** The newest of each row first, so that a returning bridge shows the present at once; then the rest as they came. */
export function toBatches(waiting: readonly Waiting[]): Waiting[][] {
  const newest = new Map<string, Waiting>();
  for (const entry of waiting) newest.set(toRow(entry.snapshot), entry);
  const first = new Set(newest.values());
  const ordered = [...first, ...waiting.filter((entry) => !first.has(entry))];

  const batches: Waiting[][] = [];
  let room = 0;
  for (const entry of ordered) {
    const size = toBytes(entry);
    const last = batches.at(-1);
    if (last && last.length < MAX_BATCH && size <= room) {
      last.push(entry);
      room -= size;
    } else {
      batches.push([entry]);
      room = MAX_BATCH_BYTES - size;
    }
  }
  return batches;
}

function toBytes(entry: Waiting): number {
  return encoder.encode(JSON.stringify(entry)).length;
}
