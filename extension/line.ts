// The line to the bridge, kept by a browser that reads for others as well: the bridge can say look now. Both sides prove
// their key first, and whoever has the bridge's port without it is heard no further.
import * as z from "zod/mini";
import { parseJson } from "../shared/json.ts";
import {
  KEEP_ALIVE_MS,
  LINE_PATH,
  LINE_STATUS,
  type LineReport,
  lineOrderSchema,
  lineProofSchema,
  MAX_LINE_BYTES,
  noBody,
} from "../shared/line.ts";
import type { PollState } from "../shared/poll-state.ts";
import { signRequest, verifyAnswer } from "../shared/signing.ts";
import type { Credentials, OpenSocket, SocketEvents } from "./bridge.ts";

export type LineOptions = {
  open: (path: string, events: SocketEvents) => OpenSocket;
  host: string;
  /** Undefined when what was read did not reach the bridge. */
  look: () => Promise<PollState | undefined>;
  /** A proven hello of a bridge that speaks the line. */
  isBridgeThere: (credentials: Credentials) => Promise<boolean>;
  sleep: (ms: number) => Promise<void>;
};

export type Line = {
  /** Opens it unless it is open. Only after a proven hello: Chrome lists a refused WebSocket as an error of the extension. */
  ensureOpen: (credentials: Credentials) => void;
  close: () => void;
};

/** As for any question to the bridge; a busy machine takes its time. */
const PROOF_MS = 8_000;
/** A bridge that restarts is back in a second or two; after these tries the next alarm's hello is soon enough. */
const RECONNECT_MS = [1_000, 2_000, 4_000, 8_000];

export function createLine({ open, host, look, isBridgeThere, sleep }: LineOptions): Line {
  let current: { close: () => void } | undefined;

  function start({ install, key }: Credentials): void {
    const signing = signRequest(key, install, { method: "GET", path: LINE_PATH, host, body: noBody }, Date.now());
    let isProven = false;
    let alive: ReturnType<typeof setInterval> | undefined;
    const say = (report: LineReport) => socket.send(JSON.stringify(report));

    const hearProof = async (data: unknown) => {
      const { proof } = parseMessage(lineProofSchema, data);
      const { nonce } = await signing;
      isProven = await verifyAnswer(key, proof, { nonce, status: LINE_STATUS, body: noBody });
      if (!isProven) return socket.close();
      clearTimeout(limit);
      alive = setInterval(() => say({}), KEEP_ALIVE_MS);
    };
    const hearOrder = async (data: unknown) => {
      const order = parseMessage(lineOrderSchema, data);
      const state = await look();
      if (state === undefined) socket.close();
      else say({ looked: order.look, state });
    };
    // One message after the other, so that an order is never heard before the proof is checked.
    let heard = Promise.resolve();
    const socket = open(LINE_PATH, {
      onOpen: () => void signing.then(({ header }) => socket.send(JSON.stringify({ authorization: header }))),
      onMessage: (data) => {
        heard = heard.then(() => (isProven ? hearOrder(data) : hearProof(data))).catch(() => socket.close());
      },
      onClose: () => {
        clearTimeout(limit);
        clearInterval(alive);
        if (current !== socket) return;
        current = undefined;
        if (isProven) void restart({ install, key });
      },
    });
    const limit = setTimeout(() => socket.close(), PROOF_MS);
    current = socket;
  }

  /** Only a line that was good: who cannot prove its key will not the next time. */
  async function restart(credentials: Credentials): Promise<void> {
    const waiting = { close: () => undefined };
    current = waiting;
    for (const pauseMs of RECONNECT_MS) {
      await sleep(pauseMs);
      if (current !== waiting) return;
      if ((await isBridgeThere(credentials)) && current === waiting) return start(credentials);
    }
    if (current === waiting) current = undefined;
  }

  return {
    ensureOpen: (credentials) => {
      if (!current) start(credentials);
    },
    close: () => {
      const line = current;
      current = undefined;
      line?.close();
    },
  };
}

/** Throws on what is no message of ours. */
function parseMessage<T extends z.core.$ZodType>(schema: T, data: unknown): z.core.output<T> {
  if (typeof data !== "string" || data.length > MAX_LINE_BYTES) throw new Error("no message of ours");
  return z.parse(schema, parseJson(data));
}
