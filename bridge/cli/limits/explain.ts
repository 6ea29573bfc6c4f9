// Which limit a pasted text means: `curl -i`, headers alone, an SDK's error, a body, a sentence or a message of Claude
// Code. What stands in it is read and never repeated. Pure.
import {
  type ApiAnswer,
  type ApiLimit,
  type ApiLimitKind,
  decideApiLimit,
} from "../../../shared/api-limit/decide-api-limit.ts";
import { parseJson } from "../../../shared/json.ts";
import { toSignal } from "../limit/claude-message.ts";
import type { Limit } from "../limit/limit.ts";
import { toApiMessage, toLimitText } from "../limit/limit-text.ts";
import { ANY_AHEAD_MS, parseResetMs, SESSION_AHEAD_MS } from "../limit/reset-time.ts";
import { undress } from "../limit/undress.ts";

export type Explained = {
  limit: ApiLimit | undefined;
  /** Whether anything of it was understood; otherwise "no limit" would be a guess. */
  isKnown: boolean;
};

export type Clock = { nowMs: number; timeZone: string };

export function explain(text: string, clock: Clock): Explained {
  const answer = parseAnswer(text, clock.nowMs);
  const limit = answer && decideApiLimit(answer);
  // A client's sentence knows windows and resets that its number does not.
  const isVague = limit?.kind === "throttle" && answer?.headers === undefined;
  const said = limit === undefined || isVague ? findInLines(text, clock) : undefined;
  if (said) return { limit: said, isKnown: true };
  return { limit, isKnown: answer !== undefined };
}

const HEADER_NAME = "(?<name>anthropic-[a-z0-9_-]{1,80}|retry-after(?:-ms)?|x-should-retry)";
/** A header as it travels, and as objects and dictionaries are printed. */
const HEADERS: readonly RegExp[] = [
  new RegExp(`^[<\\s]*${HEADER_NAME}:[ \\t]*(?<value>[^\\r\\n]*)`, "gim"),
  new RegExp(`["']${HEADER_NAME}["']\\s*(?:[:,]|=>)\\s*\\[?["'](?<value>[^"']*)["']`, "gi"),
];

/** The last number counts: a redirect or a proxy's own answer comes first. */
const STATUSES: readonly RegExp[] = [
  /^[<\s]*HTTP\/[\d.]+ (\d{3})\b/gm,
  /\b(?:Error )?code: (\d{3})\b/g,
  /\bAPI Error:? (?:Request rejected \()?(\d{3})\b/g,
  /\bstatus(?:_?code)?["']?\s*[:=]\s*(\d{3})\b/gi,
  /(?:^|Error: |\s)(\d{3}) (?=\{)/g,
];
const TYPE = /["']type["']:\s*["'](\w{1,40}_error)["']/;
const CODE = /["']error_code["']:\s*["'](\w{1,60})["']/;

/** Undefined when the text has none of an answer's marks. */
function parseAnswer(text: string, seenAtMs: number): ApiAnswer | undefined {
  const headers = new Map<string, string>();
  for (const { groups } of HEADERS.flatMap((pattern) => [...text.matchAll(pattern)])) {
    headers.set(groups?.["name"]?.toLowerCase() ?? "", groups?.["value"]?.trim() ?? "");
  }
  const status = findStatus(text);
  const type = TYPE.exec(text)?.[1] ?? null;
  if (status === null && type === null && headers.size === 0) return undefined;
  const hasHeaders = headers.size > 0 || /^[<\s]*HTTP\/[\d.]+ \d{3}/m.test(text);
  return {
    // Headers alone are what somebody looks at when a request was refused.
    status: status ?? (type === null && isEmptyBucketOrRejected(headers) ? 429 : null),
    headers: hasHeaders ? headers : undefined,
    type,
    code: CODE.exec(text)?.[1] ?? null,
    message: findMessage(text),
    seenAtMs: findDateMs(text) ?? seenAtMs,
  };
}

function findStatus(text: string): number | null {
  for (const pattern of STATUSES) {
    const found = [...text.matchAll(pattern)].at(-1)?.[1];
    if (found !== undefined) return Number(found);
  }
  return null;
}

function isEmptyBucketOrRejected(headers: ReadonlyMap<string, string>): boolean {
  return [...headers].some(
    ([name, value]) =>
      (name.endsWith("-remaining") && value === "0") ||
      (name === "anthropic-ratelimit-unified-status" && value === "rejected") ||
      name === "retry-after",
  );
}

/** `retry-after` counts from the moment of the answer, which a paste may be long after. */
function findDateMs(text: string): number | undefined {
  const date = /^[<\s]*date: ([^\r\n]{20,40})$/im.exec(text)?.[1];
  const ms = Date.parse(date ?? "");
  return Number.isFinite(ms) ? ms : undefined;
}

function findMessage(text: string): string | null {
  const lines = text.split("\n").map(undress);
  const line =
    lines.find((each) => /["']message["']:\s*["']/.test(each)) ?? lines.find((each) => /API Error/.test(each));
  if (line === undefined) return text.includes('"message"') ? toApiMessage(text) : null;
  return toApiMessage(line.slice(Math.max(0, line.search(/API Error|["']message["']:/))));
}

/** The lines as `run` reads them: messages of stream-json, then sentences; the last one counts. */
function findInLines(text: string, clock: Clock): ApiLimit | undefined {
  for (const line of text.split("\n").toReversed()) {
    const found = findInMessage(line, clock) ?? findInSentence(line, clock);
    if (found) return found;
  }
  return undefined;
}

function findInMessage(line: string, clock: Clock): ApiLimit | undefined {
  if (!line.trimStart().startsWith("{")) return undefined;
  try {
    const signal = toSignal(parseJson(line), clock.nowMs);
    return signal?.kind === "limit" ? toApiLimit(signal.limit, clock) : undefined;
  } catch {
    // Not JSON.
    return undefined;
  }
}

function findInSentence(line: string, clock: Clock): ApiLimit | undefined {
  const told = toLimitText(line);
  if (told === undefined || !(told.isWhole || told.class === "auth")) return undefined;
  switch (told.class) {
    case "transition":
    case "warning":
      return undefined;
    case "throttle":
    case "refused":
      return toPlainLimit("throttle");
    case "overload":
    case "server":
      return toPlainLimit(told.class);
    case "auth":
      return toPlainLimit("key");
    default:
      return toApiLimit({ ...told, class: told.class, resetsAtMs: null, seenAtMs: clock.nowMs }, clock);
  }
}

const kindOfClass = {
  plan: "plan",
  model: "plan",
  credits: "extra-usage",
  billing: "credit",
  gateway: "spend",
} as const satisfies Record<Limit["class"], ApiLimitKind>;

type RunLimit = { class: string; window: string | null; resets_at: string | null };

/** Of a run's status file, which an older or newer version may have written. */
export function toRunLimit({ class: name, window, resets_at }: RunLimit): ApiLimit {
  const endsAtMs = resets_at === null ? null : Date.parse(resets_at);
  const kind = Object.entries(kindOfClass).find(([each]) => each === name)?.[1] ?? "plan";
  return { ...toPlainLimit(kind), window, endsAtMs, retryAtMs: endsAtMs };
}

function toApiLimit(limit: Limit, { nowMs, timeZone }: Clock): ApiLimit {
  const { class: limitClass, window, resetText, resetsAtMs } = limit;
  const maxAheadMs = window === "five_hour" ? SESSION_AHEAD_MS : ANY_AHEAD_MS;
  const endsAtMs =
    resetsAtMs ?? (resetText === null ? null : (parseResetMs(resetText, { nowMs, timeZone, maxAheadMs }) ?? null));
  // The limit that somebody set in the Console says its day; an empty balance has none.
  const kind = limitClass === "billing" && resetText !== null ? "quota" : kindOfClass[limitClass];
  return { ...toPlainLimit(kind), window, endsAtMs, retryAtMs: endsAtMs };
}

function toPlainLimit(kind: ApiLimitKind): ApiLimit {
  return { kind, window: null, allowed: null, endsAtMs: null, retryAtMs: null, retryOf: null };
}
