// One lease at the bridge, seen from its holder: the place in the queue, the grant, the brake, and the way back to a bridge
// that was started again.
import { connect } from "node:net";
import { WebSocket } from "ws";
import { parseJson } from "../../../shared/json.ts";
import {
  type BridgeMessage,
  bridgeMessageSchema,
  LEASE_TARGET,
  type LeaseAsk,
} from "../../../shared/lease/lease-wire.ts";
import { toIso } from "../../../shared/time.ts";
import { toStateFolder } from "../../state/paths.ts";
import { hasCode } from "../../state/read-status.ts";
import { ensureSocketPath } from "../../state/socket-path.ts";

export type Place = Extract<BridgeMessage, { type: "waiting" }>;
export type Refused = Extract<BridgeMessage, { type: "refused" }>;

/** absent: no bridge has been there since one ended well. gone: there should be one. older: it knows no leases. */
export type NoLease = "absent" | "gone" | "older";
export type LeaseAnswer = { kind: "granted" } | { kind: "refused"; refused: Refused } | { kind: "none"; why: NoLease };

export type OpenLease = {
  /** Whether the bridge keeps a place for us. */
  joined: Promise<boolean>;
  /** Our own gate is open, or not any more. */
  setReady: (isReady: boolean) => void;
  answer: Promise<LeaseAnswer>;
  end: () => void;
};

export type LeaseEvents = { onPlace: (place: Place) => void; onBrake: () => void };

const HANDSHAKE_MS = 5_000;
/** A bridge that is started again is back by then. */
const RETURN_MS = 5_000;
/** A burst of askers fills the socket's queue for a moment. */
const FIRST_TRY_MS = 300;
const QUICK_STEP_MS = 100;
const SLOW_STEP_MS = 5_000;
const MAX_MESSAGE_BYTES = 64 * 1024;

export function openLease(ask: LeaseAsk, { onPlace, onBrake }: LeaseEvents): OpenLease {
  let heldSince = ask.held_since;
  let isReady = false;
  let hasEnded = false;
  let hasJoined = false;
  let lostMs = Date.now();
  let socket: WebSocket | undefined;
  let retry: NodeJS.Timeout | undefined;
  let settleJoined: (hasPlace: boolean) => void = () => undefined;
  let settleAnswer: (answer: LeaseAnswer) => void = () => undefined;
  const joined = new Promise<boolean>((resolve) => {
    settleJoined = resolve;
  });
  const answer = new Promise<LeaseAnswer>((resolve) => {
    settleAnswer = resolve;
  });

  const finish = (last: LeaseAnswer) => {
    settleJoined(last.kind !== "none");
    settleAnswer(last);
  };
  const end = () => {
    hasEnded = true;
    clearTimeout(retry);
    socket?.terminate();
  };
  const hear = (message: BridgeMessage) => {
    switch (message.type) {
      case "waiting":
        onPlace(message);
        break;
      case "granted":
        heldSince ??= toIso(Date.now());
        finish({ kind: "granted" });
        break;
      case "refused":
        finish({ kind: "refused", refused: message });
        end();
        break;
      case "brake":
        onBrake();
        break;
    }
  };
  const giveUp = (why: NoLease): void => {
    finish({ kind: "none", why });
    end();
  };

  function tryOnce(): void {
    let path: string;
    try {
      path = ensureSocketPath(toStateFolder());
    } catch {
      // Somebody else could listen there; `doctor` says what is wrong with the folder.
      giveUp("gone");
      return;
    }
    let why: NoLease = "gone";
    let isOpen = false;
    const own = new WebSocket(`ws://claude-meter.sock${LEASE_TARGET}`, {
      createConnection: () => connect(path),
      perMessageDeflate: false,
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: MAX_MESSAGE_BYTES,
    });
    socket = own;
    own.on("open", () => {
      isOpen = true;
      hasJoined = true;
      own.send(JSON.stringify({ ...ask, held_since: heldSince }));
      if (isReady) own.send(JSON.stringify({ type: "ready", is_ready: true }));
      settleJoined(true);
    });
    own.on("message", (data) => {
      const message = readMessage(String(data));
      if (message) hear(message);
    });
    own.on("error", (error) => {
      if (hasCode(error, "ENOENT")) why = "absent";
      else if (error.message.startsWith("Unexpected server response")) why = "older";
    });
    own.on("close", () => {
      if (hasEnded) return;
      if (isOpen) lostMs = Date.now();
      again(why);
    });
  }

  function again(why: NoLease): void {
    const sinceMs = Date.now() - lostMs;
    const isFinal = !hasJoined && (why !== "gone" || sinceMs > FIRST_TRY_MS);
    // Work that is under way claims its lease whenever there is a bridge again.
    const stepMs = sinceMs > RETURN_MS ? SLOW_STEP_MS : QUICK_STEP_MS * (0.5 + Math.random());
    if (isFinal || (heldSince === null && sinceMs > RETURN_MS)) giveUp(why);
    else retry = setTimeout(tryOnce, stepMs);
  }

  tryOnce();
  return {
    joined,
    answer,
    end,
    setReady: (next) => {
      isReady = next;
      if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ type: "ready", is_ready: next }));
    },
  };
}

function readMessage(text: string): BridgeMessage | undefined {
  try {
    const message = bridgeMessageSchema.safeParse(parseJson(text));
    return message.success ? message.data : undefined;
  } catch {
    return undefined;
  }
}
