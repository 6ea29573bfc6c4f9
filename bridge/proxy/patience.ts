// Waits with refused requests for their clients: keeps what has to be asked again, reads how it was refused, and brings
// `waitOut` together with the connections of both sides.
import type { ClientRequest, IncomingMessage, ServerResponse } from "node:http";
import { decideApiLimit } from "../../shared/api-limit/decide-api-limit.ts";
import type { HeldMessage, WaitRules } from "../state/wait-rules.ts";
import type { ErrorWords } from "./answer-facts.ts";
import { readHeader } from "./decide-refusal.ts";
import { createErrorCopy } from "./error-words.ts";
import { toHeaderMap, toPlainRequestHeaders, toRequestHeaders } from "./forward-headers.ts";
import { createHeldTurns } from "./held-turns.ts";
import { endHeldAnswer, openHeldAnswer } from "./hold-answer.ts";
import { isTurn } from "./is-turn.ts";
import { createKeptBodies, type KeptBody } from "./kept-bodies.ts";
import { answerOurselves, passAnswer, passWhole, pipeAnswer } from "./pass-answer.ts";
import { createReleaseLine } from "./release-line.ts";
import type { TopLevelReader } from "./top-level-reader.ts";
import { type Outcome, waitOut } from "./wait-out.ts";

export type PatienceOptions = {
  rules: WaitRules;
  upstreamHost: string;
  hashKey: (credential: string) => string;
  onHeld: (held: HeldMessage) => void;
  /** Rejects with an AbortError when aborted. */
  waitUntil: (ms: number, signal: AbortSignal) => Promise<void>;
  now: () => number;
};

export type WaitingExchange = {
  request: IncomingMessage;
  response: ServerResponse;
  body: TopLevelReader;
  kept: KeptBody;
  ask: (headers: readonly string[]) => ClientRequest;
  onAnswer: (answer: IncomingMessage) => void;
};

export type Patience = {
  /** Where the body of a request goes that may have to be asked again; undefined for all others. */
  keep: (request: IncomingMessage) => KeptBody | undefined;
  /** Whether an answer may be a reason to wait. */
  isFor: (answer: IncomingMessage) => boolean;
  take: (exchange: WaitingExchange, refused: IncomingMessage) => void;
};

type Answered =
  | { kind: "answer"; answer: IncomingMessage }
  | { kind: "refused"; answer: IncomingMessage; whole: Buffer; words: ErrorWords | undefined }
  | { kind: "lost"; why: string };

const WAIT_STATUS: readonly number[] = [429, 529];
const MAX_ERROR_BYTES = 64 * 1024;
/** What the clients' own retries go by. */
const NO_RETRY = ["x-should-retry", "false"] as const;

export function createPatience(options: PatienceOptions): Patience {
  const { now, rules, upstreamHost, waitUntil } = options;
  const keepBody = createKeptBodies();
  const held = createHeldTurns(options.onHeld, now);
  const line = createReleaseLine<Outcome<Answered>>(({ limit }) => limit?.kind === "plan", {
    wait: (ms, signal) => waitUntil(now() + ms, signal),
  });

  const bide = async (exchange: WaitingExchange, first: Outcome<Answered>): Promise<void> => {
    const { body, kept, request, response } = exchange;
    const { rawHeaders } = request;
    const gone = new AbortController();
    let asked: ClientRequest | undefined;
    response.on("close", () => {
      if (response.writableFinished) return;
      gone.abort();
      asked?.destroy();
    });
    const id = Symbol("turn");
    const session = toSession(rawHeaders);
    const isLetThrough = session !== undefined && held.takeLetThrough(session);
    // Refused before its end: the rest of it never comes here.
    const whole = request.complete ? kept.read() : undefined;
    const isOwnTurn = rules.hold_ms !== null && whole !== undefined && !isLetThrough && isTurn(rawHeaders, body);
    let endPings = (): void => undefined;
    const giveUp = (answered: Answered) => {
      endPings();
      if (session !== undefined) held.letThrough(session);
      endHeldAnswer(response, toMessage(answered));
    };
    await waitOut(
      {
        name: JSON.stringify([options.hashKey(toCredential(rawHeaders)), body.read("model") ?? null]),
        isHoldable: () => isOwnTurn && held.hasRoom(),
        ask: async () => {
          const headers = response.headersSent
            ? toPlainRequestHeaders(rawHeaders, upstreamHost)
            : toRequestHeaders(rawHeaders, upstreamHost);
          asked = exchange.ask(headers);
          return await readOutcome(asked, whole ?? Buffer.alloc(0), exchange.onAnswer, now);
        },
        pass: (answered, isLast) => passAnswered(answered, response, isLast),
        hold: (answered) => {
          endPings = openHeldAnswer(response, answered.kind === "lost" ? [] : answered.answer.rawHeaders);
        },
        resume: (answered) => {
          if (answered.kind !== "answer") return giveUp(answered);
          if (!isPlainStream(answered.answer)) {
            answered.answer.destroy();
            return giveUp(answered);
          }
          endPings();
          pipeAnswer(answered.answer, response);
        },
        giveUp,
        signal: gone.signal,
      },
      first,
      {
        rules: whole === undefined || isLetThrough ? { ...rules, hold_ms: null, smooth: false } : rules,
        line,
        waitUntil,
        onHeld: (untilMs) => held.set(id, untilMs),
        now,
        random: Math.random,
      },
    );
  };

  return {
    keep: ({ method, url = "" }) =>
      method === "POST" && url.split("?")[0] === "/v1/messages" ? keepBody() : undefined,
    isFor: ({ statusCode = 0 }) => WAIT_STATUS.includes(statusCode),
    take: (exchange, refused) => {
      const { kept, response } = exchange;
      const onPassed = (first: Buffer) => {
        kept.drop();
        passAnswer(refused, response, first);
      };
      collect(refused, onPassed)
        .then(async (answered) => {
          if (answered) await bide(exchange, toOutcome(answered, now()));
        })
        // The client is gone, or the answer was cut: neither has anything left to be told.
        .catch(() => response.destroy())
        .finally(() => kept.drop());
    },
  };
}

/** Undefined when it is too large to be a refusal, and passes. Rejects when it is cut. */
function collect(answer: IncomingMessage, onPassed: (first: Buffer) => void): Promise<Answered | undefined> {
  const chunks: Buffer[] = [];
  const copy = createErrorCopy();
  let bytes = 0;
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      copy.push(chunk);
      if (bytes <= MAX_ERROR_BYTES) return;
      answer.off("data", onData);
      onPassed(Buffer.concat(chunks));
      resolve(undefined);
    };
    answer.on("data", onData);
    answer.on("error", reject);
    answer.on("close", () => {
      if (!answer.complete) return reject(new Error("cut"));
      const words = copy.read(answer.headers["content-encoding"]);
      resolve({ kind: "refused", answer, whole: Buffer.concat(chunks), words });
    });
  });
}

function readOutcome(
  asked: ClientRequest,
  body: Buffer,
  onAnswer: (answer: IncomingMessage) => void,
  now: () => number,
): Promise<Outcome<Answered>> {
  return new Promise((resolve) => {
    const lose = (why: string) => resolve(toOutcome({ kind: "lost", why }, now()));
    asked.on("error", (error) => lose(error.message));
    asked.on("response", (answer) => {
      onAnswer(answer);
      if ((answer.statusCode ?? 0) < 400) return resolve(toOutcome({ kind: "answer", answer }, now()));
      collect(answer, () => {
        answer.destroy();
        lose("an error of unusual size");
      }).then(
        (answered) => answered && resolve(toOutcome(answered, now())),
        () => lose("an answer that was cut"),
      );
    });
    asked.end(body);
  });
}

function toOutcome(answer: Answered, seenAtMs: number): Outcome<Answered> {
  if (answer.kind === "answer") return { answer, limit: undefined, isRefused: false };
  const { type = null, code = null, message = null } = (answer.kind === "refused" && answer.words) || {};
  const seen = answer.kind === "refused" ? answer.answer : undefined;
  // Whoever does not answer is a server in trouble.
  const status = seen?.statusCode ?? 503;
  const headers = toHeaderMap(seen?.rawHeaders ?? []);
  return { answer, limit: decideApiLimit({ status, headers, type, code, message, seenAtMs }), isRefused: true };
}

function passAnswered(answered: Answered, response: ServerResponse, isLast: boolean): void {
  if (answered.kind === "answer") passAnswer(answered.answer, response);
  else if (answered.kind === "lost") answerOurselves(response, 502, `the API cannot be reached (${answered.why})`);
  else passWhole(answered.answer, response, { whole: answered.whole, change: isLast ? NO_RETRY : undefined });
}

function isPlainStream({ headers }: IncomingMessage): boolean {
  const { "content-encoding": encoding = "identity", "content-type": type = "" } = headers;
  return encoding === "identity" && type.startsWith("text/event-stream");
}

function toMessage(answered: Answered): string {
  const words = answered.kind === "refused" ? answered.words?.message : undefined;
  return words ?? "claude-meter proxy: the turn was held, and could not go on.";
}

function toSession(rawHeaders: readonly string[]): string | undefined {
  const [session] = readHeader(rawHeaders, "x-claude-code-session-id");
  const [agent = ""] = readHeader(rawHeaders, "x-claude-code-agent-id");
  return session === undefined ? undefined : `${session} ${agent}`;
}

function toCredential(rawHeaders: readonly string[]): string {
  return readHeader(rawHeaders, "authorization")[0] ?? readHeader(rawHeaders, "x-api-key")[0] ?? "";
}
