// Three browsers, what they wait with, and all that the bridge heard of them, against the bridge's real merge.
import { type BridgeState, mergePost } from "../../bridge/daemon/merge.ts";
import { toStatus } from "../../bridge/daemon/to-status.ts";
import type { Post, Sequenced } from "../../shared/protocol.ts";
import { toIso } from "../../shared/time.ts";
import { TEN, toUuid } from "../bridge/daemon/told.ts";
import { findWrong, type Heard } from "./merge-oracle.ts";

type Browser = { install: string; browser: string; account: number; waiting: Sequenced[]; nextSequence: number };
export type Told = { post: Post; sequenced: Sequenced[] };
export type Model = { nowMs: number; browsers: readonly Browser[]; told: Told[]; heard: Heard };
export type Bridge = { state: BridgeState };

/** As the server's clock and that of this machine may differ. */
const MAX_AHEAD_MS = 120_000;

export function createModel(): Model {
  const browsers = ["Arc", "Brave", "Chrome"].map((browser, index): Browser => {
    return { install: toUuid("install", index), browser, account: index, waiting: [], nextSequence: 1 };
  });
  return { nowMs: TEN, browsers, told: [], heard: createHeard() };
}

export function createHeard(): Heard {
  return { snapshots: [], polls: [], witnesses: [] };
}

export function expectRight(state: BridgeState, heard: Heard, nowMs: number): void {
  const wrong = findWrong(toStatus(state, nowMs), heard);
  if (wrong.length > 0) throw new Error(wrong.join("; "));
}

export function toBrowser({ browsers }: Model, index: number): Browser {
  const browser = browsers[index];
  if (!browser) throw new Error("there are three browsers");
  return browser;
}

export function mergeTold(state: BridgeState, { post, sequenced }: Told, nowMs: number): BridgeState {
  return mergePost(state, post, sequenced, nowMs);
}

/** What is dated ahead counts from its first arrival; a second one makes it no newer. */
export function hear(heard: Heard, { post, sequenced }: Told, nowMs: number): void {
  const { install, browser, poll } = post;
  heard.polls.push({ install, poll: { ...poll, at: earlier(poll.at, nowMs) } });
  for (const { sequence, snapshot } of sequenced) {
    const { fetched_at, overage_fetched_at, subscription_fetched_at } = snapshot;
    const moments = [fetched_at, overage_fetched_at, subscription_fetched_at].map((each) => Date.parse(each ?? ""));
    const isKnown = heard.snapshots.some((each) => each.install === install && each.sequence === sequence);
    if (isKnown && moments.some((each) => each - nowMs > MAX_AHEAD_MS)) continue;
    const dates = {
      fetched_at: earlier(fetched_at, nowMs),
      overage_fetched_at: overage_fetched_at && earlier(overage_fetched_at, nowMs),
      subscription_fetched_at: subscription_fetched_at && earlier(subscription_fetched_at, nowMs),
    };
    const toldAccount = snapshot.account_uuid;
    heard.snapshots.push({ sequence, snapshot: { ...snapshot, ...dates }, install, browser, toldAccount });
  }
}

export function earlier(iso: string, limitMs: number): string {
  return Date.parse(iso) <= limitMs ? iso : toIso(limitMs);
}
