// What follows when a limit ends a turn of Claude Code: a record for `handovers`, and word to the bridge which windows were
// full. In a session without a status line nothing else tells it, and the extension sees it a minute later. Whatever goes
// wrong here, the hook has its answer.
import { setTimeout as sleep } from "node:timers/promises";
import type { Reading } from "../../../shared/reading.ts";
import { toIso } from "../../../shared/time.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { readPane } from "../../state/read-pane.ts";
import { keepHandover } from "../handovers/keep-handover.ts";
import { readTail } from "../read-tail.ts";
import { toOwner } from "../row/to-owner.ts";
import { type FailedTurn, findFailedTurn, parseStopFailure, toLimitWindows } from "./stop-failure.ts";

/** Claude Code writes its transcript a moment after it calls the hook. */
const ATTEMPTS = 8;
const PAUSE_MS = 150;

export async function tellStopFailure(input: unknown): Promise<void> {
  const failure = parseStopFailure(input);
  if (failure?.error !== "rate_limit" || !failure.transcript_path) return;
  const found = await waitForTurn(failure.transcript_path);
  if (!found) return;
  try {
    await keepHandover(failure, found.turn, found.tail, Date.now());
  } catch {
    // A full disk, or a folder that is not ours: the session is only not listed.
  }
  await tellBridge(found.turn);
}

async function tellBridge(turn: FailedTurn): Promise<void> {
  const owner = toOwner(readPane());
  const windows = toLimitWindows(turn);
  if (!owner || !windows) return;
  const reading: Reading = { ...owner, source: "transcript", observed_at: toIso(turn.atMs), windows };
  try {
    await askBridge("POST", "/readings", { readings: [reading] });
  } catch {
    // No bridge, or an older one: the extension's next reading tells as well.
  }
}

async function waitForTurn(path: string): Promise<{ turn: FailedTurn; tail: string } | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const tail = readTail(path);
    const turn = tail && findFailedTurn(tail.text, Date.now());
    if (turn) return { turn, tail: tail.text };
    if (attempt === ATTEMPTS) return undefined;
    await sleep(PAUSE_MS);
  }
}
