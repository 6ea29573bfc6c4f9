// The leases that an agent holds through its tools; each ends with its release, or with the agent.
import { randomBytes } from "node:crypto";
import { decideGate } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { decideAtOnce, type GuardAnswer } from "../guard/news.ts";
import { formatLeaseWords } from "../lease/format-lease-words.ts";
import type { LeaseOptions } from "../lease/lease-options.ts";
import type { OpenLease } from "../lease/open-lease.ts";
import { type LeaseNews, takeLease } from "../lease/take-lease.ts";
import { readRow } from "../row/read-row.ts";
import { readMark } from "../run/run-mark.ts";

export type ClaimAnswer = {
  go: boolean;
  /** What `release` takes; null when nothing is held. */
  claim: string | null;
  /** granted, held-by-run, a reason of the gate, leased, max-starts, or no-lease. */
  reason: string;
  position: number | null;
  window: string | null;
  expected_at: string | null;
  message: string;
};

export type Claims = {
  /** Answers at once; whoever gets no waits by the gate and asks again. */
  claim: (options: GateOptions, lease: LeaseOptions & { class: string }) => Promise<ClaimAnswer>;
  /** False when nothing is held by this id. */
  release: (id: string) => boolean;
};

/** An agent that forgets its claims must not keep the others waiting for ever. */
const MAX_CLAIMS = 20;

const nowhere = { position: null, window: null, expected_at: null };

export function createClaims(account: string | undefined): Claims {
  const held = new Map<string, OpenLease>();

  async function claim(options: GateOptions, lease: LeaseOptions & { class: string }): Promise<ClaimAnswer> {
    let gate: GuardAnswer | undefined;
    let news: LeaseNews | undefined;
    const decide = async () => {
      const nowMs = Date.now();
      gate = decideAtOnce(decideGate(readRow(account, nowMs), options, nowMs), options);
      return gate?.exit ?? "unknown";
    };
    // `run` holds one for all that it started.
    if (readMark() !== undefined) {
      const exit = await decide();
      return toAnswer(exit === "done", null, exit === "done" ? "held-by-run" : (gate?.reason ?? "unknown"));
    }
    if (held.size >= MAX_CLAIMS) return toAnswer(false, null, "too-many-claims");
    const wanted = { ...lease, account, guard: options, needsReadings: true, maxStarts: undefined, forPid: undefined };
    const taken = await takeLease({ ...wanted, label: null, abort: undefined }, decide, (each) => {
      if (each.kind !== "brake") news = each;
    });
    const words = news && formatLeaseWords(news, { ...lease, nowMs: Date.now() });
    if (!taken.lease) {
      const refused = news?.kind === "refused" ? news.refused : undefined;
      const { position, window, expected_at } = refused ?? nowhere;
      const reason = refused?.reason ?? (news?.kind === "none" ? "no-lease" : (gate?.reason ?? "unknown"));
      return { ...toAnswer(taken.exit === "done", null, reason, words), position, window, expected_at };
    }
    const id = randomBytes(4).toString("hex");
    held.set(id, taken.lease);
    return toAnswer(true, id, "granted");
  }

  return {
    claim,
    release: (id) => {
      held.get(id)?.end();
      return held.delete(id);
    },
  };
}

function toAnswer(go: boolean, claim: string | null, reason: string, words?: string): ClaimAnswer {
  return { go, claim, reason, ...nowhere, message: words ?? (go ? "there is room" : `no: ${reason}`) };
}
