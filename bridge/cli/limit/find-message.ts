// Finds a message in a line that has more than it, behind what terminals and runners put there, or only its end. Pure.
import { parseJson } from "../../../shared/json.ts";
import { ESCAPES } from "./undress.ts";

/** Multiplexers (`agent-1 | `, `[0] `, `@scope/pkg:build: `), time stamps, and the events of a server. */
const LEAD =
  /^\ufeff?(?<lead>(?:(?:[\w.@/-]{1,60} *\||\[[\w .:/#@-]{1,60}\]|@?[\w./-]{1,60}:[a-z][\w:-]{0,40}:|\d{4}-\d\d-\d\dT[\d:.]{8,18}Z|data:) ?){0,3})(?=[{[])/;

/** `isAlone`: it stands in a line of its own, as Claude Code prints it. Undefined when the whole line is JSON, or none. */
export function findMessage(line: string): { text: string; isAlone: boolean } | undefined {
  const text = line.replace(ESCAPES, "").trim();
  const lead = LEAD.exec(text);
  if (!lead || (lead[0] === "" && text.length === line.length)) return undefined;
  return { text: text.slice(lead[0].length), isAlone: lead.groups?.["lead"] === "" };
}

const END_CHARACTERS = 64 * 1024;
/** What a result says of its end comes in one piece, and in this order, behind what can be long (2.1.332). */
const RESULT_START = /"(?:terminal_reason|is_error)":|\{"type":"result"/g;
const MOST_STARTS = 100;

/** The result that ends a text of which only the end was kept: its last fields, or the whole of it. */
export function parseLastResult(text: string): unknown {
  const end = text.slice(-END_CHARACTERS).replace(/\s*\]?\s*$/, "");
  // A quote within a string is escaped, so each of these is a key; of which object shows when it is read.
  for (const { 0: start, index } of [...end.matchAll(RESULT_START)].slice(-MOST_STARTS)) {
    const value = tryToParse(start.startsWith("{") ? end.slice(index) : `{${end.slice(index)}`);
    if (typeof value === "object" && value !== null && "type" in value && value.type === "result") return value;
  }
  return undefined;
}

function tryToParse(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
