// Conductor of one wake: poll if it is time, keep, deliver, paint. One flight at a time, over all wakes of the worker.
import { MeterError } from "../shared/meter-error.ts";
import { PROTOCOL } from "../shared/protocol.ts";
import { toIso } from "../shared/time.ts";
import { decideBadge, renderBadge } from "./badge.ts";
import { createBridge } from "./bridge.ts";
import { toBrowserName } from "./browser-name.ts";
import { createClaudeAi } from "./claude-ai/claude-ai.ts";
import { decidePoll, type Trigger } from "./decide-poll.ts";
import { deliver } from "./deliver.ts";
import { type MeterState, mergeFailure, mergeLink, mergeLook } from "./meter-state.ts";
import { poll } from "./poll.ts";
import { openQueue, type Queue } from "./queue.ts";
import { readMeterState, writeMeterState } from "./storage.ts";

const CLAUDE_AI = { origins: ["https://claude.ai/*"] };

/** Resolves when this wake's work, or the flight that was already under way, is done. */
export async function runMeter(trigger: Trigger): Promise<void> {
  await navigator.locks.request("meter", { ifAvailable: true }, async (lock) => {
    if (lock) await fly(trigger);
  });
  // A refresh during a flight waits for that flight's numbers instead of asking claude.ai twice.
  await navigator.locks.request("meter", () => undefined);
}

async function fly(trigger: Trigger): Promise<void> {
  const queue = await openQueue();
  try {
    let state = await readMeterState();
    if (decidePoll(state, trigger, Date.now()) === "poll") state = await pollAndKeep(queue, state, trigger);
    await renderBadge(decideBadge(state, Date.now()));
    state = mergeLink(state, await deliver(queue, createBridge(), toEnvelope(queue, state), state.link));
    await writeMeterState(state);
    await renderBadge(decideBadge(state, Date.now()));
  } finally {
    queue.close();
  }
}

/** Kept before it is shown, and shown before it is sent: neither the badge nor the history waits for the bridge. */
async function pollAndKeep(queue: Queue, before: MeterState, trigger: Trigger): Promise<MeterState> {
  let state: MeterState;
  try {
    if (!(await chrome.permissions.contains(CLAUDE_AI))) throw new MeterError("no-access");
    const lanes = trigger === "refresh" ? {} : before.lanes;
    const look = await poll(createClaudeAi(Date.now), lanes, Date.now);
    const dropped = await queue.keep(look.snapshots);
    const link = { ...before.link, dropped: before.link.dropped + dropped };
    state = mergeLook(mergeLink(before, link), look, Date.now());
  } catch (error) {
    if (!(error instanceof MeterError)) throw error;
    state = mergeFailure(before, error, Date.now(), Math.random());
  }
  await writeMeterState(state);
  return state;
}

function toEnvelope(queue: Queue, { poll: { state, at, retry_at } }: MeterState) {
  return {
    protocol: PROTOCOL,
    install: queue.install,
    extension_version: chrome.runtime.getManifest().version,
    browser: toBrowserName(navigator),
    poll: { state, at: at ?? toIso(Date.now()), retry_at },
  };
}
