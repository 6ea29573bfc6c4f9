// When the next session may go on: after its reset, when the gate lets work go, and not together with the one before. Its
// lease is taken by the run that it is started in.
import { setTimeout as sleep } from "node:timers/promises";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import { type Handover, toResetMs } from "../../state/handover-record.ts";
import { readPane } from "../../state/read-pane.ts";
import { decideGate } from "../gate/decide-gate.ts";
import type { GateOptions } from "../gate/gate-options.ts";
import { formatGuardWords } from "../guard/format-guard-words.ts";
import { decideAtOnce, type GuardExit, type GuardNews } from "../guard/news.ts";
import { toLimitName } from "../limit/limit.ts";
import { readRow } from "../row/read-row.ts";
import { waitForReset } from "../run/wait-for-reset.ts";
import { toEnvironment } from "./config-folder.ts";
import { showsClients } from "./standing.ts";

export type TurnOptions = { guard: GateOptions; account: string | undefined; say: (words: string) => void };

/** An older client continues at most so long after the reset, with what our own hook adds to it. */
const CLIENT_OWN_MS = 150_000;

export function createTurns(options: TurnOptions): (handover: Handover) => Promise<GuardExit> {
  let startedMs: number | undefined;
  return async (handover) => {
    if (startedMs !== undefined) await sleep(Math.max(0, startedMs + options.guard.spreadMs - Date.now()));
    const exit = await waitForTurn(handover, options);
    startedMs = Date.now();
    return exit;
  };
}

async function waitForTurn(handover: Handover, { guard: given, account, say }: TurnOptions): Promise<GuardExit> {
  const graceMs = showsClients(handover) ? given.graceMs : Math.max(given.graceMs, CLIENT_OWN_MS);
  const guard = { ...given, graceMs, spreadMs: 0 };
  const resetMs = toResetMs(handover);
  const aheadMs = resetMs === undefined ? 0 : resetMs + graceMs - Date.now();
  if (aheadMs > guard.maxWaitMs || (aheadMs > 0 && !guard.wait)) return "over";
  const read = () => readRow(account, Date.now(), () => readPane(toEnvironment(handover), handover.folder));
  const tell = (news: GuardNews) => {
    const words = formatGuardWords(news, guard);
    if (words !== undefined) say(words);
  };
  if (!guard.wait) {
    const nowMs = Date.now();
    const reading = read();
    const decision = decideGate(reading, guard, nowMs);
    const answer = decideAtOnce(decision, guard);
    if (answer) tell({ ...answer, decision, reading, nowMs });
    return answer?.exit ?? "unknown";
  }
  const { class: limitClass, window } = handover.limit;
  const limit = {
    class: limitClass === "model" ? ("model" as const) : ("plan" as const),
    window,
    name: toLimitName(window ?? "usage"),
  };
  return await waitForReset(limit, resetMs, {
    guard,
    read,
    abort: new AbortController().signal,
    onWait: (resumeMs) => tellWait(handover, resumeMs, say),
    tell,
  });
}

function tellWait({ session_id }: Handover, resumeMs: number | undefined, say: TurnOptions["say"]): void {
  const nowMs = Date.now();
  if (resumeMs !== undefined && resumeMs > nowMs) {
    say(`${session_id.slice(0, 8)}: waiting until ${formatLocalClock(resumeMs, nowMs)}`);
  }
}
