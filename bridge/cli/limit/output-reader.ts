// Reads one output of the command, stdout or stderr: tells JSON messages from plain lines and hands on what they say of
// limits. JSON may come as a line, behind a runner's words, as one array, or printed over many lines with its brackets in
// the first column.
import { parseJson } from "../../../shared/json.ts";
import { QUOTA_WORDS } from "../hook/quota-words.ts";
import { type Signal, toSignal, toTextSignal } from "./claude-message.ts";
import { findMessage, parseLastResult } from "./find-message.ts";
import { createHeldBytes } from "./held-bytes.ts";
import { toLimitText } from "./limit-text.ts";
import { createLineSplitter, type Line } from "./line-splitter.ts";
import { type EventWindow, readEventWindows } from "./rate-limit-event.ts";

/** `isCertain`: from an output of nothing but JSON. Prose around it may be showing an example. */
type OnSignal = (signal: Signal, isCertain: boolean) => void;
export type OutputReader = { push: (chunk: Buffer) => void; end: () => void };

export type ReaderEvents = {
  onSignal: OnSignal;
  /** What a stream of Claude Code's messages says of the windows. */
  onWindows: (windows: readonly EventWindow[]) => void;
  /** A line that was not blank; what was said before it is one line older. */
  onLine: () => void;
  /** Whether a message may matter that does not speak of limits, because it shows that the agent goes on. */
  needsProgress: () => boolean;
  /** Both outputs of the command are this one, so lines of its stderr stand between the messages. */
  isMerged: boolean;
  now: () => number;
};

const MAX_LINE_BYTES = 1024 * 1024;
/** The longest sentence with its dressing is half of that. */
const MAX_SENTENCE_BYTES = 1_000;

const MARKS = ["rate_limit", '"result"', '"error"', "api_", "blocked_by_hook", QUOTA_WORDS].map((mark) =>
  Buffer.from(mark),
);
/** The whole of what plain text has for a prompt that a hook held back, with the hook's words behind it (2.1.332). */
const HELD_PROMPT = "UserPromptSubmit operation blocked by hook:";
const STREAM_START = '"subtype":"init"';
const RETURN = 13;
const BRACKET = 91;
const OPENING = new Set([123, BRACKET]);
const CLOSING = new Set([125, 93]);
const BLANK = new Set([9, 13, 32]);

export function createOutputReader(events: ReaderEvents): OutputReader {
  const splitter = createLineSplitter(MAX_LINE_BYTES);
  let hasProse = false;
  let isFirst = true;
  let hasMessages = false;
  let hasStream = false;
  /** A JSON text that began with a bracket on a line of its own and has not ended. */
  const block = createHeldBytes(MAX_LINE_BYTES);

  /** `isAlone`: nothing of somebody else's stands beside it. */
  const readJson = (text: string, isAlone = true): boolean => {
    let value: unknown;
    try {
      value = parseJson(text);
    } catch {
      // Not JSON, whatever it began like.
      return false;
    }
    for (const each of Array.isArray(value) ? value : [value]) onMessage(each, isAlone);
    return true;
  };

  const onMessage = (value: unknown, isAlone: boolean) => {
    const signal = toSignal(value, events.now());
    if (!signal) return;
    hasMessages ||= isAlone;
    const isCertain = isAlone && (!hasProse || hasStream);
    const windows = isCertain ? readEventWindows(value) : undefined;
    if (windows) events.onWindows(windows);
    events.onSignal(signal, isCertain);
  };

  const readBlockLine = (line: Buffer) => {
    block.add(line);
    const isEnd = CLOSING.has(line[0] ?? 0);
    if (!isEnd && !block.isTooLong()) return readSentence(line);
    const isTooLong = block.isTooLong();
    const text = block.take();
    if (isTooLong || !readJson(text.toString("utf8"))) hasProse = true;
  };

  const readSentence = (line: Buffer) => {
    // A stream of messages says everything in its messages.
    if (hasMessages || !isWorthReading(line)) return;
    const shown = toShown(line);
    const told = shown && toLimitText(shown.toString("utf8"));
    if (told?.isWhole) events.onSignal(toTextSignal(told, events.now()), false);
  };

  const readLine = (line: Line) => {
    if (!Buffer.isBuffer(line)) {
      block.take();
      return onMessage(parseLastResult(line.end.toString("utf8")), true);
    }
    const first = findFirst(line);
    if (first < 0) return;
    const isHeldPrompt = isFirst && line.toString("latin1").trim() === HELD_PROMPT;
    isFirst = false;
    if (isHeldPrompt) events.onSignal({ kind: "held-back", tool: null, words: "" }, true);
    // The lines of a stack stand further in, and are one thing.
    if (first === 0) events.onLine();
    if (!block.isEmpty()) return readBlockLine(line);
    const isOpening = OPENING.has(line[first] ?? 0);
    const hasObject = isOpening || line.includes('{"');
    if (isOpening && first === 0 && isBracketAlone(line)) return block.add(line);
    // Who shows an example of messages does not begin with the first one that Claude Code prints.
    if (isOpening && events.isMerged && !hasStream && line.includes(STREAM_START))
      hasStream = readJson(line.toString());
    if (hasObject && (isWorthParsing(line) || events.needsProgress())) {
      const text = line.toString("utf8");
      if (isOpening && readJson(text)) return;
      const message = findMessage(text);
      if (message && readJson(message.text, message.isAlone)) return;
    }
    if (!isOpening) {
      hasProse = true;
      return readSentence(line);
    }
    // A log's time stamp stands in brackets, too.
    if (!isWorthParsing(line) && line[first] !== BRACKET) return;
    hasProse = true;
    readSentence(line);
  };

  return {
    push: (chunk) => {
      for (const line of splitter.push(chunk)) readLine(line);
    },
    end: () => {
      const line = splitter.end();
      if (line) readLine(line);
    },
  };
}

/** What a terminal shows of a line in the end: behind the last return that something stands behind. */
function toShown(line: Buffer): Buffer | undefined {
  if (!line.includes(RETURN)) return line.byteLength > MAX_SENTENCE_BYTES ? undefined : line;
  const bare = line.subarray(0, line.findLastIndex((byte) => byte !== RETURN) + 1);
  const shown = bare.subarray(bare.lastIndexOf(RETURN) + 1);
  return shown.byteLength > MAX_SENTENCE_BYTES ? undefined : shown;
}

/** Each form has one of these; nearly no other line has. */
const WORDS = ["imit", "sage", "redit", "API", "budget", "disabled"].map((word) => Buffer.from(word));

function isWorthReading(line: Buffer): boolean {
  return WORDS.some((word) => line.includes(word));
}

function isBracketAlone(line: Buffer): boolean {
  return line.byteLength <= 3 && line.toString("latin1").trim().length === 1;
}

/** Where something that is no blank stands; findIndex would call back for each line of each output. */
function findFirst(line: Buffer): number {
  let index = 0;
  while (index < line.byteLength && BLANK.has(line[index] ?? 0)) index += 1;
  return index < line.byteLength ? index : -1;
}

function isWorthParsing(line: Buffer): boolean {
  return MARKS.some((mark) => line.includes(mark));
}
