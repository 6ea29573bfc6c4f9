// What the bridge has taken and refused since it started. In memory: Prometheus knows that a restart begins at zero.
import { type PollState, pollStateSchema } from "../../../shared/poll-state.ts";
import type { PollReport } from "../../../shared/protocol.ts";
import { refusalStatus } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";

export type Counts = {
  /** Durable, also those that were sent twice. */
  ingestedSnapshots: number;
  unreadableSnapshots: number;
  polls: Map<PollState, number>;
  /** By the code of the refusal. */
  refusedRequests: Map<string, number>;
  defects: number;
};

/** All of them from zero, because what appears with a one looks to Prometheus as if nothing had happened. */
export function createCounts(): Counts {
  return {
    ingestedSnapshots: 0,
    unreadableSnapshots: 0,
    polls: new Map(pollStateSchema.options.map((state) => [state, 0])),
    refusedRequests: new Map(Object.keys(refusalStatus).map((code) => [code, 0])),
    defects: 0,
  };
}

export function countOne<T>(counts: Map<T, number>, key: T): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/** The row keeper, with what comes in through it counted once it is durable. */
export function countIngests(rowKeeper: RowKeeper, counts: Counts): RowKeeper {
  const newest = new Map<string, string>();
  // One poll can come as several posts.
  const countPoll = (install: string, { at, state }: PollReport) => {
    if (newest.get(install) !== at) countOne(counts.polls, state);
    newest.set(install, at);
  };
  return {
    ...rowKeeper,
    ingest: async (post, sequenced) => {
      await rowKeeper.ingest(post, sequenced);
      counts.ingestedSnapshots += sequenced.length;
      counts.unreadableSnapshots += post.snapshots.length - sequenced.length;
      countPoll(post.install, post.poll);
    },
    ingestPoll: async (install, poll) => {
      await rowKeeper.ingestPoll(install, poll);
      countPoll(install, poll);
    },
  };
}
