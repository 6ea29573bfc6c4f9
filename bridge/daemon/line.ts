// The line to the browsers: a WebSocket on the port, proven both ways in its first messages, on which the bridge asks for a
// look. Whoever has proven nothing hears nothing and costs nothing; each paired browser has one line, the newest.
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { RawData, WebSocket, WebSocketServer } from "ws";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";
import {
  KEEP_ALIVE_MS,
  LINE_PATH,
  LINE_STATUS,
  type LineReport,
  lineClaimSchema,
  lineReportSchema,
  MAX_LINE_BYTES,
  noBody,
} from "../../shared/line.ts";
import type { PollState } from "../../shared/poll-state.ts";
import type { Authenticator } from "./authenticate.ts";
import type { Looker } from "./look-requests.ts";
import { Refusal } from "./refusal.ts";
import type { Upgrade } from "./server.ts";
import { closeWebSockets, createWebSocketServer } from "./web-sockets.ts";

export type Line = {
  accept: Upgrade;
  /** The browser of this install, when it is on the line and was heard from lately. */
  findLooker: (install: string) => Looker | undefined;
  close: () => Promise<void>;
};

export type LineLimits = {
  maxLines: number;
  /** Not proven yet; one more ends the oldest of them. */
  maxClaims: number;
  claimMs: number;
  /** A look has 20 s, and then its readings have to be acknowledged. */
  lookMs: number;
  closeMs: number;
};

const LIMITS: LineLimits = { maxLines: 16, maxClaims: 8, claimMs: 10_000, lookMs: 30_000, closeMs: 500 };
/** A browser that was stopped keeps its connection. */
const SILENT_MS = 2 * KEEP_ALIVE_MS + 5_000;
const POLICY_VIOLATION = 1008;

export type LineOptions = {
  authenticator: Authenticator;
  now: () => number;
  onDefect: (error: unknown) => void;
  limits?: LineLimits;
};

type Open = { socket: WebSocket; heardMs: number; looks: Map<number, (state: PollState | undefined) => void> };

export function createLine({ authenticator, now, onDefect, limits = LIMITS }: LineOptions): Line {
  const lines = new Map<string, Open>();
  const claims = new Set<WebSocket>();
  let server: Promise<WebSocketServer> | undefined;
  let lastLook = 0;
  let isClosing = false;

  function welcome(socket: WebSocket): void {
    // Whatever breaks it closes it as well; without a listener it would end the process.
    socket.on("error", () => undefined);
    const [oldest] = claims;
    if (oldest && claims.size >= limits.maxClaims) oldest.terminate();
    claims.add(socket);
    const limit = setTimeout(() => socket.terminate(), limits.claimMs);
    socket.on("close", () => {
      clearTimeout(limit);
      claims.delete(socket);
    });
    socket.once("message", (data) => {
      // A second message before the proof is none of ours.
      const onEarly = () => socket.terminate();
      socket.on("message", onEarly);
      prove(data)
        .then(({ install, proof }) => {
          if (socket.readyState !== socket.OPEN) return;
          socket.off("message", onEarly);
          clearTimeout(limit);
          claims.delete(socket);
          open(install, socket);
          socket.send(JSON.stringify({ proof }));
        })
        .catch((error: unknown) => {
          if (!(error instanceof Refusal)) onDefect(error);
          socket.close(POLICY_VIOLATION);
        });
    });
  }

  async function prove(data: RawData): Promise<{ install: string; proof: string }> {
    const { authorization } = parseMessage(lineClaimSchema, data);
    const head = { method: "GET", target: LINE_PATH, rawHeaders: ["authorization", authorization] };
    const pending = authenticator.begin(head);
    const proven = await authenticator.finish(pending, head, noBody);
    if (proven.waitMs > 0) throw new Refusal("busy");
    return { install: pending.claim.kid, proof: await proven.prove(LINE_STATUS, noBody) };
  }

  function open(install: string, socket: WebSocket): void {
    const line: Open = { socket, heardMs: now(), looks: new Map() };
    lines.get(install)?.socket.close(POLICY_VIOLATION);
    const [oldest] = lines.values();
    if (oldest && lines.size >= limits.maxLines) oldest.socket.close(POLICY_VIOLATION);
    lines.set(install, line);
    socket.on("message", (data) => {
      line.heardMs = now();
      try {
        hear(line, parseMessage(lineReportSchema, data));
      } catch {
        socket.close(POLICY_VIOLATION);
      }
    });
    socket.on("close", () => {
      if (lines.get(install) === line) lines.delete(install);
      for (const end of line.looks.values()) end(undefined);
    });
  }

  function hear({ looks }: Open, { looked, state }: LineReport): void {
    if (looked !== undefined) looks.get(looked)?.(state);
  }

  function look({ socket, looks }: Open): Promise<PollState | undefined> {
    lastLook += 1;
    const id = lastLook;
    return new Promise((resolve) => {
      const end = (state: PollState | undefined) => {
        clearTimeout(limit);
        looks.delete(id);
        resolve(state);
      };
      const limit = setTimeout(() => end(undefined), limits.lookMs);
      looks.set(id, end);
      socket.send(JSON.stringify({ look: id }));
    });
  }

  async function accept(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    server ??= createWebSocketServer(MAX_LINE_BYTES);
    const ready = await server;
    if (isClosing) socket.destroy();
    else ready.handleUpgrade(request, socket, head, welcome);
  }

  return {
    accept: (request, socket, head) => {
      accept(request, socket, head).catch((error: unknown) => {
        socket.destroy();
        onDefect(error);
      });
    },
    findLooker: (install) => {
      const line = lines.get(install);
      if (!line || line.socket.readyState !== line.socket.OPEN || Math.abs(now() - line.heardMs) > SILENT_MS)
        return undefined;
      return { install, look: () => look(line) };
    },
    close: async () => {
      isClosing = true;
      for (const socket of claims) socket.terminate();
      const open = [...lines.values()].map(({ socket }) => socket);
      await closeWebSockets(open, limits.closeMs);
    },
  };
}

/** Throws Refusal "bad-body". */
function parseMessage<T extends z.core.$ZodType>(schema: T, data: RawData): z.core.output<T> {
  try {
    return z.parse(schema, parseJson(String(data)));
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
