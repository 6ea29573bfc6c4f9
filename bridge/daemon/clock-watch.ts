// Whether this computer's clock is behind claude.ai's: a reading is dated by the server where the two disagree.
import type { Sequenced } from "../../shared/protocol.ts";
import type { Log } from "./log.ts";

/** The server's date and the way of a post through the queue explain a little. */
const TOLERANCE_MS = 60_000;

export type ClockWatch = {
  note: (sequenced: readonly Sequenced[]) => void;
  /** How far ahead of this computer's clock the last post was dated; 0 when it was not. */
  readAheadSeconds: () => number;
};

export function createClockWatch(now: () => number, log: Log): ClockWatch {
  let aheadMs = 0;
  return {
    note: (sequenced) => {
      if (sequenced.length === 0) return;
      const wasAhead = aheadMs > 0;
      const foundMs = Math.max(...sequenced.map(({ snapshot }) => Date.parse(snapshot.fetched_at))) - now();
      aheadMs = foundMs > TOLERANCE_MS ? foundMs : 0;
      // Once, and not each minute of a wrong clock.
      if (aheadMs > 0 && !wasAhead)
        log(`clock: a reading is dated ${Math.round(aheadMs / 1000)} s ahead of this computer's clock`);
    },
    readAheadSeconds: () => Math.round(aheadMs / 1000),
  };
}
