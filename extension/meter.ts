// Conductor of one wake: look if it is time, keep, paint, deliver. One flight at a time, over all wakes of the worker.
import browser from "webextension-polyfill";
import { MeterError } from "../shared/claude-ai/meter-error.ts";
import type { PollState } from "../shared/poll-state.ts";
import { PROTOCOL } from "../shared/protocol.ts";
import type { RowId } from "../shared/row-id.ts";
import { toIso } from "../shared/time.ts";
import { ensureAlarm } from "./alarm.ts";
import { decideBadge, renderBadge } from "./badge.ts";
import { BRIDGE_HOST, isBridgeThere, openWebSocket } from "./bridge.ts";
import { toBrowserName } from "./browser-name.ts";
import { createClaudeAi } from "./claude-ai/claude-ai.ts";
import { type Database, openDatabase } from "./database.ts";
import { decidePoll, type Trigger } from "./decide-poll.ts";
import { deliver, type Envelope } from "./deliver.ts";
import { ensureInstall } from "./identity.ts";
import { keepAwake } from "./keep-awake.ts";
import { keepServersPauses } from "./lanes.ts";
import { isLeader, isReadElsewhere, isStandBy, isToldElsewhere, mergeLeads, readLeads, toReads } from "./leads.ts";
import { createLine } from "./line.ts";
import type { LinkState } from "./link.ts";
import {
  type MeterState,
  mergeBegin,
  mergeFailure,
  mergeLink,
  mergePoll,
  mergeUnfinished,
  type Shown,
} from "./meter-state.ts";
import { canNotify, noticeTray } from "./notices/notice-tray.ts";
import { tellNotices } from "./notices/tell-notices.ts";
import { type PollResult, poll, type Session } from "./poll.ts";
import { keepSnapshots, replaceSnapshots } from "./queue.ts";
import { readSettings } from "./settings.ts";
import { readMeterState, writeMeterState } from "./storage.ts";

const CLAUDE_AI = { origins: ["https://claude.ai/*"] };

/** How a look ended: what claude.ai said, and whether the bridge has what was read. */
export type Looked = { poll: PollState; link: LinkState };

const line = createLine({
  open: openWebSocket,
  host: BRIDGE_HOST,
  look: async () => {
    const { poll, link } = await lookNow();
    return link === "connected" ? poll : undefined;
  },
  isBridgeThere,
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
});

/** Resolves when what a look has just read is delivered, or when either of the two failed. */
export async function lookNow(): Promise<Looked> {
  return await new Promise((resolve, reject) => {
    runMeter("asked", ({ poll, link }) => resolve({ poll: poll.state, link: link.state })).catch(reject);
  });
}

/** Resolves when this wake's work is done; an alarm during another flight has nothing to add to it. */
export async function runMeter(trigger: Trigger, onDelivered?: (state: MeterState) => void): Promise<void> {
  await ensureAlarm();
  // Who asks waits their turn instead: the user may have signed in since the flight under way began.
  const ifAvailable = trigger !== "refresh" && trigger !== "asked";
  await navigator.locks.request("meter", { ifAvailable }, async (lock) => {
    if (lock) await keepAwake(() => fly(trigger, onDelivered));
  });
}

/** What changes rarely is waited for as long as nobody notices. */
const REST_MS = 1_500;

async function fly(trigger: Trigger, onDelivered: (state: MeterState) => void = () => {}): Promise<void> {
  const database = await openDatabase();
  try {
    let state = mergeUnfinished(await readMeterState(), Math.random());
    // A stand-by hears first what the bridge says: whether it is to read, or all are to wait.
    if (decidePoll(state, trigger, Date.now()) === "wait" || isStandBy(state, Date.now())) {
      await paintBadge(state);
      await notify(state);
      state = await deliverAll(database, state, trigger);
    }
    if (decidePoll(state, trigger, Date.now()) === "poll") {
      // claude.ai may take its time; a browser that starts has a blank badge, one that slept an old colour.
      await paintBadge(state);
      const look = await beginLook(database, state, trigger);
      state = look.state;
      await paintBadge(state);
      await notify(state);
      if (!(await isSettledWithin(look.rest, REST_MS))) {
        state = await deliverAll(database, state, trigger);
        onDelivered(state);
      }
      state = await finishLook(database, state, await look.rest);
      state = await deliverAll(database, state, trigger);
    }
    onDelivered(state);
  } finally {
    database.close();
  }
}

async function deliverAll(database: Database, before: MeterState, trigger: Trigger): Promise<MeterState> {
  const envelope = await createEnvelope(await ensureInstall(database), before);
  const { link, leads, caller } = await deliver(database, envelope, { before: before.link, trigger });
  const state = mergeLeads(mergeLink(before, link), leads, Date.now());
  if (caller && isLeader(state, Date.now())) line.ensureOpen(caller);
  else line.close();
  await writeMeterState(state);
  await paintBadge(state);
  return state;
}

async function isSettledWithin(promise: Promise<unknown>, limitMs: number): Promise<boolean> {
  const late = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), limitMs));
  return await Promise.race([promise.then(() => true), late]);
}

async function notify(state: MeterState): Promise<void> {
  const nowMs = Date.now();
  const isMuted = (row: Shown) => isToldElsewhere(state, row, nowMs);
  try {
    if (await canNotify()) await tellNotices(noticeTray, await readSettings(), { rows: state.rows, isMuted, nowMs });
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

/** All that one look may take, whatever hangs in it. */
const BUDGET_MS = 20_000;

type Begun = {
  /** With the usage that was read, or the failure. */
  state: MeterState;
  /** What comes after it: the parts that change rarely. Undefined when the look failed. */
  rest: Promise<{ result: PollResult; sequences: readonly number[] } | undefined>;
};

/** Resolves as soon as the usage is kept: kept before it is shown, and shown before it is sent. */
async function beginLook(database: Database, before: MeterState, trigger: Trigger): Promise<Begun> {
  await writeMeterState(mergeBegin(before, Date.now()));
  return await new Promise((resolve, reject) => {
    const rest = look(database, before, trigger, (state) => resolve({ state, rest }));
    rest.catch(reject);
  });
}

async function look(
  database: Database,
  before: MeterState,
  trigger: Trigger,
  onState: (state: MeterState) => void,
): Promise<{ result: PollResult; sequences: readonly number[] } | undefined> {
  let sequences: readonly number[] = [];
  let session = before.session;
  const onSession = (found: Session) => {
    session = found;
  };
  const onRead = async (result: PollResult) => {
    const kept = await keepSnapshots(database, result.snapshots);
    sequences = kept.sequences;
    const link = { ...before.link, dropped: before.link.dropped + kept.dropped };
    const state = mergePoll(mergeLink(before, link), result, Date.now());
    await writeMeterState(state);
    onState(state);
  };
  try {
    if (!(await browser.permissions.contains(CLAUDE_AI))) throw new MeterError("no-access");
    const waits = before.waits ?? {};
    // Who presses Refresh may have signed in as somebody else just now.
    const known =
      trigger === "refresh" ? { lanes: keepServersPauses(waits) } : { session: before.session, lanes: waits };
    const claudeAi = createClaudeAi(Date.now, AbortSignal.timeout(BUDGET_MS));
    const leads = readLeads(before, Date.now());
    // Who asks for a look wants all of it.
    const isAsked = trigger === "refresh" || trigger === "asked";
    const isReadByOther = (row: RowId) => !isAsked && isReadElsewhere(leads, row);
    const options = { now: Date.now, random: Math.random, onSession, onRead, isReadElsewhere: isReadByOther };
    const result = await poll(claudeAi, known, options);
    return { result, sequences };
  } catch (error) {
    if (!(error instanceof MeterError)) throw error;
    const state = mergeFailure({ ...before, session }, error, Date.now(), Math.random());
    await writeMeterState(state);
    onState(state);
    return undefined;
  }
}

/** The parts that came later, with the readings that they belong to. */
async function finishLook(database: Database, state: MeterState, rest: Awaited<Begun["rest"]>): Promise<MeterState> {
  if (!rest) return state;
  const { result, sequences } = rest;
  const next = { ...mergePoll(state, result, Date.now()), poll: state.poll };
  const fuller = result.snapshots.flatMap((snapshot, index) => {
    const sequence = sequences[index];
    return sequence === undefined || !result.completed.includes(snapshot.org_uuid) ? [] : [{ sequence, snapshot }];
  });
  if (fuller.length > 0) await replaceSnapshots(database, fuller);
  await writeMeterState(next);
  return next;
}

async function createEnvelope(install: string, meter: MeterState): Promise<Envelope> {
  const { state, at, retry_at } = meter.poll;
  const { label, notices } = await readSettings();
  return {
    protocol: PROTOCOL,
    install,
    extension_version: browser.runtime.getManifest().version,
    browser: toBrowserName(navigator),
    ...(label !== null && { label }),
    poll: { state, at: at ?? toIso(Date.now()), retry_at },
    tells: notices.isOn && (await canNotify()),
    reads: toReads(meter),
  };
}
