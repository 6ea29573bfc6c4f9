// Tells the bridge which windows were full when a turn of Claude Code failed. In a session without a status line nothing
// else does, and the extension sees it a minute later. Whatever goes wrong here, the hook has its answer.
import { setTimeout as sleep } from "node:timers/promises";
import type { WitnessPost } from "../../../shared/witness.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { readTail } from "../read-tail.ts";
import { readLogin } from "../row/read-login.ts";
import { type FailedTurn, findFailedTurn, parseStopFailure, toLimitWitness } from "./stop-failure.ts";

/** Claude Code writes its transcript a moment after it calls the hook. */
const ATTEMPTS = 8;
const PAUSE_MS = 150;

export async function tellStopFailure(input: unknown): Promise<void> {
  const failure = parseStopFailure(input);
  if (failure?.error !== "rate_limit" || !failure.transcript_path) return;
  const { account_uuid, org_uuid } = readLogin() ?? {};
  // With a token of its own the session is of another account than the login.
  if (!account_uuid || !org_uuid || process.env["CLAUDE_CODE_OAUTH_TOKEN"]) return;
  const turn = await waitForTurn(failure.transcript_path);
  const witness = turn && toLimitWitness(turn);
  if (!witness) return;
  const post: WitnessPost = { ...witness, account_uuid, org_uuid };
  try {
    await askBridge("POST", "/witness", post);
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
