// What a waiting guard remembers, and how one more decision of the gate changes it. Pure.
import type { Binding, GateDecision } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";

export type Wait = {
  startedMs: number;
  /** The window, full or soon to be, that keeps work waiting; null while only doubt does. */
  binding: Binding | null;
  /** A limit that the work itself ran into, until the meter shows it as well. */
  hit: Binding | null;
  /** The first reading under the limit before the reset was due. */
  lowerMs: number | null;
  ready: Ready | null;
  /** Since when every decision was a doubt. */
  doubtMs: number | null;
};

/** Known to be free again; every pane counts its part of the spread from `fromMs`. */
export type Ready = { fromMs: number; reason: "reset" | "early-reset" | "slower" | "fresh-reading" };

export function createWait(startedMs: number, hit: Binding | null): Wait {
  return { startedMs, binding: null, hit, lowerMs: null, ready: null, doubtMs: null };
}

export function rememberDecision(
  wait: Wait,
  decision: GateDecision,
  { graceMs, nowMs }: Pick<GateOptions, "graceMs"> & { nowMs: number },
): Wait {
  switch (decision.verdict) {
    case "over": {
      const { binding } = decision;
      // A forecast does not show the limit that the work ran into.
      const isShown = wait.hit?.window === binding.window && binding.fullMs === undefined;
      return { ...wait, binding, hit: isShown ? null : wait.hit, lowerMs: null, ready: null, doubtMs: null };
    }
    case "doubt":
      return { ...wait, doubtMs: wait.doubtMs ?? nowMs };
    case "go": {
      const known = { ...wait, doubtMs: null };
      return decision.isFresh && !wait.ready ? mergeLower(known, decision.fetchedMs, graceMs) : known;
    }
  }
}

function mergeLower(wait: Wait, fetchedMs: number, graceMs: number): Wait {
  const resetMs = toLastResetMs(wait);
  if (!wait.binding && !wait.hit) return { ...wait, ready: { fromMs: fetchedMs, reason: "fresh-reading" } };
  if (resetMs !== undefined && fetchedMs >= resetMs) {
    return { ...wait, ready: { fromMs: Math.max(fetchedMs, resetMs + graceMs), reason: "reset" } };
  }
  // A meter that never saw the limit can not see it fall either.
  if (wait.hit?.resetMs !== undefined) return wait;
  // Readings are known to flicker, so before its time a reset, or a better forecast, needs a second witness.
  if (wait.lowerMs === null) return { ...wait, lowerMs: fetchedMs };
  const reason = wait.binding?.fullMs === undefined ? "early-reset" : "slower";
  return wait.lowerMs === fetchedMs ? wait : { ...wait, ready: { fromMs: fetchedMs, reason } };
}

/** When everything that keeps work waiting has started again; undefined when that is not known. */
export function toLastResetMs({ binding, hit }: Pick<Wait, "binding" | "hit">): number | undefined {
  const resets = [binding, hit].filter((each) => each !== null).map((each) => each.resetMs);
  const known = resets.filter((resetMs) => resetMs !== undefined);
  return known.length > 0 && known.length === resets.length ? Math.max(...known) : undefined;
}
