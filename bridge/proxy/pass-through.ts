// One exchange: the request to the upstream and its answer back, byte for byte and as fast as each side takes it. Whichever
// side goes away, the other is told at once. Of what passes, the meter reads headers and a few values, and keeps no copy.
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Agent, request as requestUpstream } from "node:https";
import { type AnswerFacts, type Exchange, toAnswerFacts } from "./answer-facts.ts";
import { decideRefusal, MAX_BODY_BYTES, type RefusalReason, readHeader } from "./decide-refusal.ts";
import { createErrorCopy } from "./error-words.ts";
import { LOGIN_MARK, toHeaderMap, toPairs, toRequestHeaders } from "./forward-headers.ts";
import { answerOurselves, passAnswer } from "./pass-answer.ts";
import type { Patience } from "./patience.ts";
import { createTopLevelReader, type TopLevelReader } from "./top-level-reader.ts";

export type PassThroughOptions = {
  upstream: URL;
  agent: Agent;
  /** 127.0.0.1 and our port: the only Host we answer to. */
  ownHost: () => string;
  hashKey: (key: string) => string;
  onFacts: (facts: AnswerFacts) => void;
  onTrouble: (words: string) => void;
  /** Undefined when every refusal passes. */
  patience: Patience | undefined;
  now: () => number;
};

/** Who sends a body sends it; what dribbles for longer than this is cut off. */
const BODY_IDLE_MS = 60_000;

const refusalStatus = {
  "bad-host": 403,
  "from-a-page": 403,
  "bad-method": 405,
  "bad-target": 404,
  "bad-version": 505,
  "too-large": 413,
} as const satisfies Record<RefusalReason, number>;

export function passThrough(request: IncomingMessage, response: ServerResponse, options: PassThroughOptions): void {
  const { method = "", url: target = "", httpVersion: version, rawHeaders } = request;
  const refusal = decideRefusal({ method, target, version, rawHeaders }, options.ownHost());
  if (refusal) {
    answerOurselves(response, refusalStatus[refusal], `refused: ${refusal}`);
    return;
  }
  const body = createTopLevelReader(["model", "metadata", "stream", "tools"]);
  const kept = options.patience?.keep(request);
  const asked = askUpstream(request, toRequestHeaders(rawHeaders, options.upstream.host), options);
  passBody(request, asked, (chunk) => {
    body.push(chunk);
    kept?.push(chunk);
  });
  const onAnswer = createWatcher({ request, body }, options);
  asked.on("response", (answer) => {
    onAnswer(answer);
    if (kept && options.patience?.isFor(answer)) {
      const ask = (headers: readonly string[]) => askUpstream(request, headers, options);
      options.patience.take({ request, response, body, kept, ask, onAnswer }, answer);
      return;
    }
    kept?.drop();
    passAnswer(answer, response);
  });
  asked.on("error", (error) => {
    kept?.drop();
    if (response.headersSent) return void response.destroy();
    if (response.destroyed) return;
    const code = "code" in error && typeof error.code === "string" ? error.code : "failed";
    options.onTrouble(`${options.upstream.host} cannot be reached: ${code}`);
    answerOurselves(response, 502, `${options.upstream.host} cannot be reached (${code})`);
  });
  response.on("close", () => {
    if (!response.writableFinished) asked.destroy();
  });
}

function askUpstream({ method, url }: IncomingMessage, headers: readonly string[], options: PassThroughOptions) {
  const asked = requestUpstream({
    agent: options.agent,
    host: options.upstream.hostname,
    port: options.upstream.port || 443,
    method,
    path: url,
    headers,
    // The agent's own limit is for connections that nobody uses.
    timeout: 0,
  });
  // What is small must not wait for more.
  asked.setNoDelay(true);
  return asked;
}

type Sink = NodeJS.WritableStream & { addTrailers: (pairs: [string, string][]) => void; destroy: () => void };

function passBody(request: IncomingMessage, asked: Sink, onChunk: (chunk: Buffer) => void): void {
  let bytes = 0;
  const idle = setTimeout(() => request.destroy(), BODY_IDLE_MS);
  request.on("data", (chunk: Buffer) => {
    idle.refresh();
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) return void request.destroy();
    onChunk(chunk);
  });
  request.pipe(asked, { end: false });
  request.on("end", () => {
    clearTimeout(idle);
    if (request.rawTrailers.length > 0) asked.addTrailers(toPairs(request.rawTrailers));
    asked.end();
  });
  request.on("close", () => {
    clearTimeout(idle);
    // Cut off before its end: half a request must not look whole.
    if (!request.complete) asked.destroy();
  });
}

type Watched = { request: IncomingMessage; body: TopLevelReader };

/** Takes from an answer what the meter wants to know. */
export type AnswerWatcher = (answer: IncomingMessage) => void;

function createWatcher({ request, body }: Watched, options: PassThroughOptions): AnswerWatcher {
  return (answer) => {
    const status = answer.statusCode ?? 0;
    const seenAtMs = options.now();
    const tell = (error: Exchange["error"]) => {
      const key = readKey(request.rawHeaders);
      options.onFacts(
        toAnswerFacts({
          status,
          headers: toHeaderMap(answer.rawHeaders),
          key: key === undefined ? undefined : options.hashKey(key),
          model: body.read("model"),
          metadata: readHeader(request.rawHeaders, LOGIN_MARK)[0] === "own" ? body.read("metadata") : undefined,
          workspace: readHeader(request.rawHeaders, "anthropic-workspace-id")[0],
          error,
          seenAtMs,
        }),
      );
    };
    // Behind the answer's own bytes.
    if (status < 400) return void setImmediate(tell, undefined);
    const copy = createErrorCopy();
    answer.on("data", (chunk: Buffer) => copy.push(chunk));
    answer.on("close", () => tell(copy.read(answer.headers["content-encoding"])));
  };
}

/** Undefined for a login: its bearer is another one each hour, and says nothing that its account does not. */
function readKey(rawHeaders: readonly string[]): string | undefined {
  const [key] = readHeader(rawHeaders, "x-api-key");
  if (key !== undefined) return key;
  const [bearer = ""] = readHeader(rawHeaders, "authorization");
  return /^Bearer (sk-ant-api\S+)$/i.exec(bearer)?.[1];
}
