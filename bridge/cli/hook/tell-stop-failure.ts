// Tells the bridge which windows were full when a turn of Claude Code failed. In a session without a status line nothing
// else does, and the extension sees it a minute later. Whatever goes wrong here, the hook has its answer.
import { setTimeout as sleep } from "node:timers/promises";
import type { Reading } from "../../../shared/reading.ts";
import { toIso } from "../../../shared/time.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { readPane } from "../../state/read-pane.ts";
import { readTail } from "../read-tail.ts";
import { toOwner } from "../row/to-owner.ts";
import { type FailedTurn, findFailedTurn, parseStopFailure, toLimitWindows } from "./stop-failure.ts";

/** Claude Code writes its transcript a moment after it calls the hook. */
const ATTEMPTS = 8;
const PAUSE_MS = 150;

export async function tellStopFailure(input: unknown): Promise<void> {
  const failure = parseStopFailure(input);
  if (failure?.error !== "rate_limit" || !failure.transcript_path) return;
  const owner = toOwner(readPane());
  const turn = owner && (await waitForTurn(failure.transcript_path));
  const windows = turn && toLimitWindows(turn);
  if (!owner || !windows) return;
  const reading: Reading = { ...owner, source: "transcript", observed_at: toIso(turn.atMs), windows };
  try {
    await askBridge("POST", "/readings", { readings: [reading] });
  } catch {
    // No bridge, or an older one: the extension's next reading tells as well.
  }
}

async function waitForTurn(path: string): Promise<FailedTurn | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const tail = readTail(path);
    const turn = tail && findFailedTurn(tail.text, Date.now());
    if (turn || attempt === ATTEMPTS) return turn;
    await sleep(PAUSE_MS);
  }
}
