// Reports the windows that Claude Code names in its stream of messages, as readings of this pane's login. Nothing waits for it
// but the end of the command, shortly.
import type { Reading } from "../../../shared/reading.ts";
import { toIso } from "../../../shared/time.ts";
import { askBridge } from "../../state/ask-bridge.ts";
import { readPane } from "../../state/read-pane.ts";
import type { EventWindow } from "../limit/rate-limit-event.ts";
import { toReported } from "../limit/to-reported.ts";
import { toOwner } from "../row/to-owner.ts";

export type StreamReporter = {
  report: (windows: readonly EventWindow[]) => void;
  /** Sends what still waits; resolves within LIMIT_MS. */
  flush: () => Promise<void>;
};

/** Claude Code tells each percent; a busy subagent can make several of them in a second. */
const PAUSE_MS = 2_000;
const LIMIT_MS = 500;

export function createStreamReporter(send = sendReading): StreamReporter {
  const owner = toOwner(readPane());
  let waiting: Reading["windows"] = {};
  let seenMs = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending = Promise.resolve();

  const sendWaiting = () => {
    clearTimeout(timer);
    timer = undefined;
    const windows = waiting;
    waiting = {};
    if (!owner || Object.keys(windows).length === 0) return;
    sending = send({ ...owner, source: "stream", observed_at: toIso(seenMs), windows });
  };

  return {
    report: (windows) => {
      if (!owner) return;
      seenMs = Date.now();
      waiting = { ...waiting, ...toReported(windows) };
      timer ??= setTimeout(sendWaiting, PAUSE_MS);
      // A limit is worth knowing at once.
      if (windows.some(({ isRejected }) => isRejected)) sendWaiting();
    },
    flush: async () => {
      sendWaiting();
      await sending;
    },
  };
}

async function sendReading(reading: Reading): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, LIMIT_MS);
  });
  const sent = askBridge("POST", "/readings", { readings: [reading] }).then(
    () => undefined,
    // No bridge, or an older one: the next event is another chance.
    () => undefined,
  );
  await Promise.race([sent, limit]);
  clearTimeout(timer);
}
