// Posts of three browsers in any order, twice, late and with restarts between them: the rows are those of the same posts in
// the order in which they were read, and those of a small oracle.
import { emptyState, type MeterState, mergePost, restoreState } from "../../bridge/daemon/merge.ts";
import { toStatus } from "../../bridge/daemon/to-status.ts";
import type { Post, Sequenced } from "../../shared/protocol.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const MINUTE = 60_000;
const startMs = Date.UTC(2026, 10, 20);
const laterMs = startMs + 60 * MINUTE;

type Told = { post: Post; sequenced: Sequenced[] };

const toUuid = (kind: string, number: number) => `00000000-0000-${kind}-8000-00000000000${number}`;

/** Four accounts in two organisations; a browser's clock may be a minute off. */
function createTold(random: Random, sequence: number): Told {
  const skewMs = random.pick([0, 0, -MINUTE, MINUTE]);
  const snapshot = createSnapshot({
    account_uuid: toUuid("4aaa", random.int(1, 4)),
    org_uuid: toUuid("4bbb", random.int(1, 2)),
    fetched_at: new Date(startMs + random.int(0, 30) * MINUTE + skewMs).toISOString(),
    windows: [createUsageWindow({ utilization: random.int(0, 100) })],
    overage: null,
    overage_fetched_at: null,
    subscription: null,
    subscription_fetched_at: null,
    errors: [],
  });
  const sequenced = [{ sequence, snapshot }];
  return { post: createPost({ install: toUuid("4ccc", random.int(1, 3)), snapshots: sequenced }), sequenced };
}

function merge(state: MeterState, { post, sequenced }: Told): MeterState {
  return mergePost(state, post, sequenced, laterMs);
}

/** "organisation account: value at moment", of each row. */
function toLines(state: MeterState): string[] {
  return toStatus(state, laterMs)
    .rows.map(({ org_uuid, account_uuid, windows: [first], fetched_at }) => {
      return `${org_uuid} ${account_uuid}: ${first?.utilization ?? first?.last_known} at ${fetched_at}`;
    })
    .toSorted();
}

/** The newest of each row, and of one moment the highest. */
function toExpected(told: readonly Told[]): string[] {
  const best = new Map<string, { at: string; used: number }>();
  for (const { snapshot } of told.flatMap(({ sequenced }) => sequenced)) {
    const key = `${snapshot.org_uuid} ${snapshot.account_uuid}`;
    const known = best.get(key);
    const next = { at: snapshot.fetched_at, used: snapshot.windows[0]?.utilization ?? 0 };
    if (!known || next.at > known.at || (next.at === known.at && next.used > known.used)) best.set(key, next);
  }
  return [...best].map(([key, { at, used }]) => `${key}: ${used} at ${at}`).toSorted();
}

function shuffle<T>(list: readonly T[], random: Random): T[] {
  return list
    .map((each) => ({ each, order: random.int(0, 1_000_000) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ each }) => each);
}

const SEQUENCES_A_ROUND = 200;
const FAULT = "posts reordered, doubled, late, with restarts";

function run({ goesOn, toRandom, report }: Chaos): void {
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    for (let index = 0; index < SEQUENCES_A_ROUND; index += 1) {
      const told = Array.from({ length: random.int(1, 20) }, (_, sequence) => createTold(random, sequence + 1));
      const again = shuffle([...told, ...told.slice(0, random.int(0, told.length))], random);
      let state = emptyState;
      for (const each of again) {
        state = merge(state, each);
        if (random.int(0, 9) === 0) state = restoreState(toStatus(state, laterMs));
      }
      const expected = toExpected(told).join("\n");
      report.count(FAULT);
      if (toLines(state).join("\n") !== expected) report.harm("invented", FAULT, `round ${round}, sequence ${index}`);
      if (toLines(told.reduce(merge, emptyState)).join("\n") !== expected)
        report.harm("invented", FAULT, `round ${round}, sequence ${index}, in order`);
    }
  }
}

export const merging: Scenario = { name: "merge", shortRounds: 5, share: 0.2, run };
