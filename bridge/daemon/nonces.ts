// The nonces of requests that were proven, remembered for each key by itself: whoever sends too much fills only its own room.
import { MAX_BUSY_MS } from "../../shared/signing.ts";

export type Nonces = {
  has: (kid: string, nonce: string) => boolean;
  /** How long until one more finds room; 0 when there is some. */
  readWaitMs: (kid: string, nowMs: number) => number;
  /** Until its timestamp alone would refuse it. */
  remember: (kid: string, nonce: string, untilMs: number) => void;
};

/** A browser asks twice a minute, and a whole day that waited is 120 posts. */
const MAX_NONCES_PER_KEY = 1_000;

export function createNonces(maxPerKey: number = MAX_NONCES_PER_KEY): Nonces {
  const byKey = new Map<string, { untilByNonce: Map<string, number>; lastUntilMs: number }>();

  /** A key that is silent leaves nothing behind, so memory is bounded by the keys that speak. */
  const forgetSilent = (nowMs: number) => {
    for (const [kid, { lastUntilMs }] of byKey) if (lastUntilMs < nowMs) byKey.delete(kid);
  };

  return {
    has: (kid, nonce) => byKey.get(kid)?.untilByNonce.has(nonce) === true,
    readWaitMs: (kid, nowMs) => {
      forgetSilent(nowMs);
      const own = byKey.get(kid)?.untilByNonce;
      if (!own || own.size < maxPerKey) return 0;
      for (const [nonce, untilMs] of own) if (untilMs < nowMs) own.delete(nonce);
      // Those of a clock that has been set back are remembered for as long as they say, and take nobody's room.
      const waitsMs = [...own.values()].map((untilMs) => untilMs - nowMs + 1).filter((waitMs) => waitMs <= MAX_BUSY_MS);
      return waitsMs.length < maxPerKey ? 0 : Math.min(...waitsMs);
    },
    remember: (kid, nonce, untilMs) => {
      const own = byKey.get(kid) ?? { untilByNonce: new Map<string, number>(), lastUntilMs: untilMs };
      own.untilByNonce.set(nonce, untilMs);
      own.lastUntilMs = Math.max(own.lastUntilMs, untilMs);
      byKey.set(kid, own);
    },
  };
}
