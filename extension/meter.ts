// Conductor of one wake: poll if it is time, keep, deliver, paint. One flight at a time, over all wakes of the worker.
import browser from "webextension-polyfill";
import { MeterError } from "../shared/claude-ai/meter-error.ts";
import { PROTOCOL } from "../shared/protocol.ts";
import { toIso } from "../shared/time.ts";
import { decideBadge, renderBadge } from "./badge.ts";
import { toBrowserName } from "./browser-name.ts";
import { createClaudeAi } from "./claude-ai/claude-ai.ts";
import { type Database, openDatabase } from "./database.ts";
import { decidePoll, type Trigger } from "./decide-poll.ts";
import { deliver, type Envelope } from "./deliver.ts";
import { ensureInstall } from "./identity.ts";
import { type MeterState, mergeFailure, mergeLink, mergePoll } from "./meter-state.ts";
import { canNotify, noticeTray } from "./notices/notice-tray.ts";
import { tellNotices } from "./notices/tell-notices.ts";
import { poll } from "./poll.ts";
import { keepSnapshots } from "./queue.ts";
import { readSettings } from "./settings.ts";
import { readMeterState, writeMeterState } from "./storage.ts";

const CLAUDE_AI = { origins: ["https://claude.ai/*"] };

/** Resolves when this wake's work is done; an alarm during another flight has nothing to add to it. */
export async function runMeter(trigger: Trigger): Promise<void> {
  // A refresh waits its turn instead: the user may have signed in since the flight under way began.
  await navigator.locks.request("meter", { ifAvailable: trigger !== "refresh" }, async (lock) => {
    if (lock) await fly(trigger);
  });
}

async function fly(trigger: Trigger): Promise<void> {
  const database = await openDatabase();
  try {
    let state = await readMeterState();
    if (decidePoll(state, trigger, Date.now()) === "poll") {
      // claude.ai may take its time; a browser that starts has a blank badge, one that slept an old colour.
      await paintBadge(state);
      state = await pollAndKeep(database, state, trigger);
    }
    await paintBadge(state);
    await notify(state);
    const envelope = await createEnvelope(await ensureInstall(database), state);
    state = mergeLink(state, await deliver(database, envelope, { before: state.link, trigger }));
    await writeMeterState(state);
    await paintBadge(state);
  } finally {
    database.close();
  }
}

async function notify({ rows }: MeterState): Promise<void> {
  try {
    if (await canNotify()) await tellNotices(noticeTray, await readSettings(), { rows, nowMs: Date.now() });
  } catch {
    // Chrome would not show it, or the permission went this very moment: the next wake finds it untold and tries again.
  }
}

async function paintBadge(state: MeterState): Promise<void> {
  await renderBadge(decideBadge(state, await readSettings(), Date.now()));
}

/** Another choice for the badge shows at once. */
export async function repaintBadge(): Promise<void> {
  await paintBadge(await readMeterState());
}

/** Kept before it is shown, and shown before it is sent: neither the badge nor the history waits for the bridge. */
async function pollAndKeep(database: Database, before: MeterState, trigger: Trigger): Promise<MeterState> {
  let state: MeterState;
  try {
    if (!(await browser.permissions.contains(CLAUDE_AI))) throw new MeterError("no-access");
    const lanes = trigger === "refresh" ? {} : before.lanes;
    const result = await poll(createClaudeAi(Date.now), lanes, Date.now);
    const dropped = await keepSnapshots(database, result.snapshots);
    const link = { ...before.link, dropped: before.link.dropped + dropped };
    state = mergePoll(mergeLink(before, link), result, Date.now());
  } catch (error) {
    if (!(error instanceof MeterError)) throw error;
    state = mergeFailure(before, error, Date.now(), Math.random());
  }
  await writeMeterState(state);
  return state;
}

async function createEnvelope(install: string, { poll: { state, at, retry_at } }: MeterState): Promise<Envelope> {
  const { label } = await readSettings();
  return {
    protocol: PROTOCOL,
    install,
    extension_version: browser.runtime.getManifest().version,
    browser: toBrowserName(navigator),
    ...(label !== null && { label }),
    poll: { state, at: at ?? toIso(Date.now()), retry_at },
  };
}
