// Conductor of what the bridge tells phones and chats: sees what happened, remembers what was told in one file with what is
// still to be sent, and sends it. Loaded only when somebody asked for it.
import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { type Row, toRow } from "../../../shared/freshness.ts";
import { parseJson } from "../../../shared/json.ts";
import { decideNotices } from "../../../shared/notices/decide-notices.ts";
import { isQuiet } from "../../../shared/notices/quiet-hours.ts";
import { toldSchema } from "../../../shared/notices/told.ts";
import type { Status, StoredRow } from "../../../shared/row.ts";
import { type NoticeWords, type Sent, sendNotice } from "../../state/notify/send-notice.ts";
import { type NotifySettings, noNotifySettings, readNotifySettings, type Target } from "../../state/notify/targets.ts";
import { ensurePrivateFolder, writePrivateFile } from "../../state/private-files.ts";
import { readProcessState } from "../../state/process-state.ts";
import { readRunFiles } from "../../state/run-files.ts";
import { decideRunState, runStateSchema } from "../../state/run-status.ts";
import { createTurns } from "../in-turn.ts";
import type { Log } from "../log.ts";
import { readOrSetAside } from "../read-or-set-aside.ts";
import { decideRunNotices, isActive, isLost } from "./decide-run-notices.ts";
import { formatEvent, type NotifyEvent } from "./format-event.ts";
import { addItems, findDue, type Item, itemSchema, settleItem, toNextDueMs } from "./outbox.ts";

export type Notify = {
  /** The rows have changed. */
  onPublished: () => void;
  /** notify.json has changed. */
  reload: () => void;
  /** Resolves when nothing is under way; what was not sent waits in the file for the next start. */
  close: () => Promise<void>;
};

export type NotifyOptions = {
  folder: string;
  now: () => number;
  log: Log;
  readStatus: () => Status;
  send?: (target: Target, words: NoticeWords, signal: AbortSignal) => Promise<Sent>;
};

const memorySchema = z.looseObject({
  schema: z.literal(1),
  told: z.array(toldSchema),
  runs: z.optional(z.record(z.string(), runStateSchema)),
  isLost: z.boolean(),
  outbox: z.array(itemSchema),
});
type Memory = z.infer<typeof memorySchema>;

const NAME = "notify-state.json";
const noMemory: Memory = { schema: 1, told: [], isLost: false, outbox: [] };
/** A run writes its file several times in a moment. */
const SETTLE_MS = 500;
/** A killed run says nothing; only while one is under way does anybody look. */
const WATCH_MS = 30_000;
const QUIET_RETRY_MS = 300_000;

export async function openNotify({ folder, now, log, readStatus, send = sendNotice }: NotifyOptions): Promise<Notify> {
  const inTurn = createTurns();
  const path = join(folder, NAME);
  let memory = (await readOrSetAside({ folder, name: NAME, parse: parseMemory, now, log })) ?? noMemory;
  let settings = await readSettings(folder, log);
  let looking: { timer: NodeJS.Timeout; atMs: number } | undefined;
  let sending: NodeJS.Timeout | undefined;
  let watcher: FSWatcher | undefined;
  const closing = new AbortController();

  /** What was told and what is to be sent change in one step, so that nothing is told twice or forgotten. */
  async function remember(next: Memory): Promise<void> {
    if (JSON.stringify(next) === JSON.stringify(memory)) return;
    await writePrivateFile(path, `${JSON.stringify(next)}\n`);
    memory = next;
  }

  async function look(): Promise<void> {
    if (closing.signal.aborted || settings.targets.length === 0) return;
    const nowMs = now();
    const rows = readStatus().rows.map((row) => toLiveRow(row, nowMs));
    const wishes = {
      thresholds: settings.thresholds,
      // Everything is decided; which target hears of it is its own choice, and quiet hours only delay.
      notices: { isOn: true, warning: true, critical: true, reset: true },
      quietHours: { ...settings.quietHours, isOn: false },
    };
    const { notices, told } = decideNotices(wishes, memory.told, { rows, nowMs });
    const runs = (await readRunFiles(nowMs, folder)).runs.map(({ status }) => {
      return { ...status, state: decideRunState(status, nowMs, readProcessState) };
    });
    const ends = decideRunNotices(runs, memory.runs);
    const lost = isLost(
      runs,
      rows.map((row) => row.fetched_at),
      nowMs,
    );
    const hasRows = rows.length > 1 ? "several" : "one";
    const events: NotifyEvent[] = [
      ...notices.map((notice) => ({ kind: notice.kind, notice, hasRows }) as const),
      ...ends.notices,
      ...(lost && !memory.isLost ? [{ kind: "lost" } as const] : []),
    ];
    const added = events.flatMap((event) => toItems(event, settings.targets, nowMs));
    await remember({ ...memory, told, runs: { ...ends.told }, isLost: lost, outbox: addItems(memory.outbox, added) });
    if (runs.some(isActive)) lookWithin(WATCH_MS);
    sendWithin(0);
  }

  async function sendDue(): Promise<void> {
    const nowMs = now();
    if (closing.signal.aborted) return;
    if (isQuiet(settings.quietHours, nowMs)) return sendWithin(QUIET_RETRY_MS);
    const item = findDue(memory.outbox, nowMs);
    if (item) {
      const target = settings.targets.find(({ id }) => id === item.target);
      const sent: Sent = target
        ? await send(target, item, closing.signal)
        : { kind: "refused", reason: "it was removed" };
      const { items, dropped } = settleItem(memory.outbox, item, sent, now());
      if (sent.kind !== "taken")
        log(`notify ${item.target}: ${item.kind} ${dropped === undefined ? "waits" : "dropped"}, ${sent.reason}`);
      await remember({ ...memory, outbox: items });
    }
    const nextMs = toNextDueMs(memory.outbox);
    if (nextMs !== undefined) sendWithin(nextMs - now());
  }

  /** The earliest of all that were asked for. */
  function lookWithin(ms: number): void {
    const atMs = now() + ms;
    if (closing.signal.aborted || (looking && looking.atMs <= atMs)) return;
    clearTimeout(looking?.timer);
    const timer = setTimeout(() => {
      looking = undefined;
      void inTurn(look).catch(onFailure);
    }, ms);
    looking = { timer, atMs };
  }

  function sendWithin(ms: number): void {
    if (memory.outbox.length === 0 || closing.signal.aborted) return;
    clearTimeout(sending);
    sending = setTimeout(() => void inTurn(sendDue).catch(onFailure), Math.max(0, Math.min(ms, QUIET_RETRY_MS)));
  }

  /** A full disk: what could not be remembered is decided again with the next change. */
  function onFailure(error: unknown): void {
    log(`notify: ${error instanceof Error && "code" in error ? String(error.code) : "failed"}`);
    sendWithin(QUIET_RETRY_MS);
  }

  async function watchRuns(): Promise<void> {
    const runs = join(folder, "runs");
    await ensurePrivateFolder(runs);
    watcher = watch(runs, () => lookWithin(SETTLE_MS));
    watcher.on("error", (error) => log(`notify: runs are not watched any more, ${error.message}`));
  }

  await watchRuns();
  // What ends from now on is news, so the first look is over before anybody hears that we are ready.
  await inTurn(look).catch(onFailure);

  return {
    onPublished: () => lookWithin(SETTLE_MS),
    reload: () => {
      void inTurn(async () => {
        settings = await readSettings(folder, log);
      }).catch(onFailure);
      lookWithin(SETTLE_MS);
    },
    close: async () => {
      closing.abort();
      watcher?.close();
      clearTimeout(looking?.timer);
      clearTimeout(sending);
      await inTurn.settled();
    },
  };
}

function toItems(event: NotifyEvent, targets: readonly Target[], nowMs: number): Item[] {
  return targets
    .filter(({ events }) => events === undefined || events.includes(event.kind))
    .map(({ id, names = false }) => {
      const words = formatEvent(event, names, nowMs);
      return { target: id, kind: event.kind, ...words, addedMs: nowMs, attempts: 0, dueMs: nowMs };
    });
}

/** A file that cannot be read tells nobody, and says so; it is the user's, so it stays. */
async function readSettings(folder: string, log: Log): Promise<NotifySettings> {
  try {
    return await readNotifySettings(folder);
  } catch {
    log("notify.json cannot be read: nobody is notified; `claude-meter notify` says more");
    return noNotifySettings;
  }
}

function parseMemory(text: string): Memory {
  return memorySchema.parse(parseJson(text));
}

/** What is due is decided by the value that counts, whoever read it; an old window beside new ones is none. */
function toLiveRow(stored: StoredRow, nowMs: number): Row {
  const row = toRow(stored, nowMs);
  return { ...row, windows: row.windows.filter(({ stale }) => row.stale || !stale) };
}
