// When the next session may go on: after its reset, when the gate lets work go, and not together with the one before.
// The one place that decides it, so that a lease can be asked for here instead.
import { setTimeout as sleep } from "node:timers/promises";
import { type Handover, toResetMs } from "../../state/handover-record.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import type { GuardExit } from "../guard/news.ts";
import { toLimitName } from "../limit/limit.ts";
import { createRunGate } from "../run/run-gate.ts";
import { showsClients } from "./standing.ts";

export type TurnOptions = { guard: GateOptions; account: string | undefined; say: (words: string) => void };

/** An older client continues at most so long after the reset, with what our own hook adds to it. */
const CLIENT_OWN_MS = 150_000;

export function createTurns({ guard, account, say }: TurnOptions): (handover: Handover) => Promise<GuardExit> {
  let startedMs: number | undefined;
  return async (handover) => {
    if (startedMs !== undefined) await sleep(Math.max(0, startedMs + guard.spreadMs - Date.now()));
    const exit = await waitFor(handover, { guard, account, say });
    startedMs = Date.now();
    return exit;
  };
}

async function waitFor(handover: Handover, { guard, account, say }: TurnOptions): Promise<GuardExit> {
  const graceMs = showsClients(handover) ? guard.graceMs : Math.max(guard.graceMs, CLIENT_OWN_MS);
  const loginFolder = handover.config_dir ?? undefined;
  const own = { guard: { ...guard, graceMs, spreadMs: 0 }, account, ...(loginFolder && { loginFolder }) };
  const gate = createRunGate(own, new AbortController().signal, { onWait: () => undefined, say });
  const resetMs = toResetMs(handover);
  const aheadMs = resetMs === undefined ? 0 : resetMs + graceMs - Date.now();
  if (aheadMs > guard.maxWaitMs || (aheadMs > 0 && !guard.wait)) return "over";
  if (!guard.wait) return await gate.open();
  const { class: limitClass, window } = handover.limit;
  const isModel = limitClass === "model";
  return await gate.waitFor(
    { class: isModel ? "model" : "plan", window, name: toLimitName(window ?? "usage") },
    resetMs,
  );
}
