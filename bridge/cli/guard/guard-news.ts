// What a guard has to tell, before anybody put it into words or JSON.

import type { GateDecision } from "../gate/decide-gate.ts";
import type { Doubt } from "../gate/doubt.ts";
import type { RowReading } from "../row/read-row.ts";
import type { Ready } from "./merge-look.ts";

export type GuardNews = {
  event: "waiting" | "released" | "refused";
  /**
   * waiting: over, forecast, or a doubt. released: under (at once), reset, early-reset, slower (after a forecast),
   * fresh-reading (after a doubt), or the doubt that --on-unknown go let pass. refused: over, forecast, a doubt, max-wait,
   * interrupted.
   */
  reason: Doubt | Ready["reason"] | "over" | "forecast" | "under" | "max-wait" | "interrupted";
  decision: GateDecision;
  reading: RowReading;
  nowMs: number;
  /** The window that kept work waiting. */
  waitedFor?: string | undefined;
  /** When work may go on at the earliest, as far as anybody knows. */
  resumeMs?: number | undefined;
};
