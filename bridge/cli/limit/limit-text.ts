// The sentences in which Claude Code says that a limit was hit, or says something that only looks so: a head that names
// the limit, and clauses behind it. Meant for messages typed as errors, and for the last lines of a command that failed:
// a model's prose may say any of this. Composition and names: Claude Code 2.1.332, and older forms of public reports. Pure.
import {
  ACCOUNT_LIMIT,
  CREDIT_BALANCE,
  LONG_CONTEXT,
  OF_MINUTE,
  SPECIFIED_LIMIT,
} from "../../../shared/api-limit/api-message.ts";
import { parseJson } from "../../../shared/json.ts";
import { type LimitClass, type Trouble, toLimitName } from "./limit.ts";
import { RESET_WORDS } from "./reset-words.ts";
import { undress, unwrap } from "./undress.ts";

export type LimitText = {
  class: LimitClass | Trouble | "auth" | "transition" | "warning";
  window: string | null;
  name: string;
  resetText: string | null;
  /** Whatever reset rides along, somebody has to add money or to allow it. */
  needsPerson: boolean;
  /** Head and clauses are all known; a line of plain text counts only then. */
  isWhole: boolean;
  text: string;
};

type Head = {
  class: LimitText["class"];
  pattern: RegExp;
  needsPerson?: true;
  /** Other programs say as much: a plain line counts only with a reset or Claude Code's own advice behind it. */
  isCommon?: true;
};

/** The names that Claude Code itself knows; a limit of memory or of requests is somebody else's. */
const NAMES = "Fable|Haiku|Mythos|Opus|Sonnet";
const MODEL = `(?<name>${NAMES})(?: \\d[\\d.]*)?`;
const HIT = "^You(?:'ve| have) (?:hit|reached) your ";
const OWNER = "(?:individual|(?:org|organization|team|channel|group|workspace|seat)'s)";
const PERIOD = "(?:daily|weekly|monthly|annual)";

/** The first that fits decides. */
const HEADS: readonly Head[] = [
  { class: "transition", pattern: /^(?:You're now|Now) using\b/ },
  { class: "transition", pattern: /^[\w .-]{1,40} limit reached(?: again)? · (?:continuing|set to continue)\b/ },
  {
    class: "transition",
    pattern: /^(?:Usage limit reached again|Continuing automatically|Your usage limit has reset)\b/,
  },
  { class: "warning", pattern: /^(?:You(?:'ve used|'re close to)|Over \d{1,3}% of your|Approaching)\b/ },
  { class: "throttle", pattern: /^(?:API Error: )?Server is temporarily limiting requests\b/ },
  {
    class: "throttle",
    pattern: new RegExp(`^API Error: (?:Request rejected \\(429\\)|429\\b).*(?:${OF_MINUTE.source})`),
  },
  { class: "refused", pattern: /^API Error: (?:Request rejected \(429\)|429\b|Rate limit(?:ed| reached| exceeded))/ },
  { class: "overload", pattern: /^API Error: (?:(?:Repeated )?529\b|Overloaded\b|.{0,40}\boverloaded_error\b)/ },
  { class: "server", pattern: /^API Error: (?:Repeated )?5\d\d\b/ },
  { class: "auth", pattern: /^Failed to authenticate\b/ },
  {
    class: "billing",
    pattern: CREDIT_BALANCE,
    needsPerson: true,
  },
  {
    class: "credits",
    pattern: LONG_CONTEXT,
    needsPerson: true,
  },
  { class: "billing", pattern: SPECIFIED_LIMIT },
  { class: "gateway", pattern: /^[Ss]pend limit reached\b/, isCommon: true },
  { class: "credits", pattern: /^You're out of (?:usage credits|extra usage)\b/ },
  { class: "credits", pattern: /^Your org(?:anization)? is out of usage\b/, needsPerson: true },
  {
    class: "credits",
    pattern: /^Your seat type doesn't include (?:extra usage|usage credits|usage)\b/,
    needsPerson: true,
  },
  { class: "credits", pattern: /^This service is disabled for your org(?:anization)?\b/, needsPerson: true },
  { class: "credits", pattern: /^Usage is paused for your org(?:anization)?\b/, needsPerson: true },
  { class: "credits", pattern: /^Your usage allocation has been disabled by your admin\b/, needsPerson: true },
  { class: "credits", pattern: /^Your group's usage limit is set to \$0(?:\.00)?(?![\d.,]*\d)/, needsPerson: true },
  {
    class: "credits",
    pattern: new RegExp(`^(?:${NAMES}) (?:[^·\\n]{1,40} )?requires usage credits\\b`),
    needsPerson: true,
  },
  { class: "credits", pattern: new RegExp(`${HIT}(?:team's |group's )?pooled group budget\\b`) },
  {
    class: "credits",
    pattern: new RegExp(`${HIT}(?:${OWNER} )?(?:${PERIOD} )?(?:spend(?:ing)?|extra usage|usage credits?) limit\\b`),
  },
  {
    class: "credits",
    pattern: new RegExp(`${HIT}${OWNER} (?:${PERIOD} )?usage limit\\b`),
  },
  { class: "credits", pattern: new RegExp(`${HIT}(?:daily|monthly|annual) usage limit\\b`), isCommon: true },
  {
    class: "plan",
    pattern:
      /^Claude(?: (?:AI|Code|Pro|Max|Team|Enterprise))* (?:(?<name>session|5[- ]hour|weekly) )?(?:usage )?limit reached\b/,
  },
  {
    class: "plan",
    pattern: new RegExp(`${HIT}(?:Claude )?(?:(?<name>session|5[- ]hour|weekly) )?(?:usage )?limit\\b`),
  },
  {
    class: "plan",
    pattern: /^(?:(?<name>Session|5[- ]hour|Weekly) (?:usage )?|Usage )limit reached\b/,
    isCommon: true,
  },
  { class: "plan", pattern: /^Limit reached\b/, isCommon: true },
  { class: "model", pattern: new RegExp(`${HIT}(?:weekly )?${MODEL}(?: weekly)? limit\\b`) },
  { class: "model", pattern: new RegExp(`^(?:Claude |Weekly )?${MODEL}(?: weekly)? limit reached\\b`) },
  {
    class: "model",
    pattern: new RegExp(`${HIT}(?:weekly )?(?<name>[A-Z]\\w{1,20})(?: [\\d.]+)?(?: weekly)? limit\\b`),
    isCommon: true,
  },
];

const windowOfName = new Map([
  ["session", "five_hour"],
  ["5-hour", "five_hour"],
  ["weekly", "seven_day"],
  ["opus", "seven_day_opus"],
  ["sonnet", "seven_day_sonnet"],
  ["fable", "seven_day_overage_included"],
]);

const nameOfClass = new Map<string, string>([
  ["credits", "extra usage"],
  ["gateway", "spend"],
]);

/** Undefined when the first line begins with none of the heads. */
export function toLimitText(message: string): LimitText | undefined {
  const [line = ""] = message.trim().slice(0, MAX_CHARACTERS).split("\n", 1);
  const text = unwrap(undress(line));
  const body = API_ERROR.test(text) ? toApiBody(text) : undefined;
  if (body !== undefined && isPlanRefusal(body)) return { ...PLAN_REFUSAL, text };
  return (API_ERROR.test(text) ? readHead(toApiMessage(text)) : undefined) ?? readHead(text);
}

/** What the API said, as a body or in words. */
export function toApiMessage(text: string): string {
  return toApiBody(text) ?? text.replace(API_ERROR, "");
}

/**
 * The API refuses a full plan in these words. A client that reads its headers has said so in its own; who prints the body
 * as it came has not.
 */
export function isPlanRefusal(message: string): boolean {
  return ACCOUNT_LIMIT.test(message);
}

const PLAN_REFUSAL = {
  class: "plan",
  window: null,
  name: "usage",
  resetText: null,
  needsPerson: false,
  isWhole: true,
} as const;

/** Several times the longest sentence with its dressing. */
const MAX_CHARACTERS = 2_000;
/** Claude Code's own word for it, or the number and body that the API's libraries print. */
const API_ERROR = /^(?:API Error:? (?:4\d\d |Request rejected \(429\) · )?|(?:(?:Error )?code: )?4\d\d (?:- )?(?=\{))/;

/** What the API said in its own JSON: `API Error: 400 {"type":"error","error":{"message":"…"}}`. */
function toApiBody(text: string): string | undefined {
  const quoted = /"message":\s*(?<message>"(?:[^"\\]|\\.)*")/.exec(text)?.groups?.["message"];
  // As Python prints a dictionary, with whatever quotes fit.
  if (quoted === undefined)
    return /'message': (?<quote>['"])(?<message>.*?)\k<quote>[,}]/.exec(text)?.groups?.["message"];
  try {
    return String(parseJson(quoted));
  } catch {
    // Cut off, or no JSON after all.
    return undefined;
  }
}

function readHead(text: string): LimitText | undefined {
  for (const head of HEADS) {
    const match = head.pattern.exec(text);
    if (match) return toText(head, match, text);
  }
  return undefined;
}

function toText(head: Head, match: RegExpExecArray, text: string): LimitText {
  const isMoney = isMoneyClass(head.class);
  const tail = readTail(text.slice(match[0].length), isMoney);
  // Where money is what is missing, a window of the plan that is named behind it is what comes back first.
  const ofPlan = isMoney && !head.needsPerson ? tail.resets.find(({ owner }) => owner !== "") : undefined;
  const reset = ofPlan ?? tail.resets[0];
  const name = ofPlan ? ofPlan.owner : match.groups?.["name"];
  // Claude Code says it short, and so do its wrappers; the long form is anybody's.
  const isCommon = head.isCommon || /^You have (?:hit|reached) your (?!specified )/.test(text);
  const isForAdmin = head.class === "plan" && reset === undefined && tail.asksPerson;
  const limitClass = ofPlan ? "plan" : isForAdmin ? "credits" : head.class;
  const window = windowOfName.get(name?.toLowerCase().replace("5 hour", "5-hour") ?? "") ?? null;
  const ownName = limitClass === "model" && name ? name : (nameOfClass.get(limitClass) ?? "usage");
  return {
    class: limitClass,
    window,
    name: window ? toLimitName(window) : ownName,
    resetText: reset?.when.trim() ?? null,
    needsPerson: head.needsPerson ?? false,
    isWhole: isTrouble(head.class) || (tail.isWhole && !FOREIGN.test(text) && (!isCommon || isOfClaude(head, tail))),
    text,
  };
}

/** Others word their limits alike. */
const FOREIGN = /openai|chatgpt|codex|cursor|copilot|gemini|github|docker/i;

/** Behind words that anybody could use, only what no other program puts there counts. */
function isOfClaude({ class: limitClass }: Head, { hasOwnReset, hasOwnAdvice }: Tail): boolean {
  return hasOwnReset || (hasOwnAdvice && limitClass !== "model");
}

function isMoneyClass(limitClass: LimitText["class"]): boolean {
  return limitClass === "credits" || limitClass === "billing" || limitClass === "gateway";
}

/** "API Error: 529" is nobody's prose, and stops nothing. */
function isTrouble(limitClass: LimitText["class"]): boolean {
  return ["throttle", "refused", "overload", "server"].includes(limitClass);
}

type Reset = { when: string; owner: string };
type Tail = {
  resets: Reset[];
  /** Behind a dot, or in the old words "Your limit will reset". */
  hasOwnReset: boolean;
  /** A command of Claude Code, another of its models, a page of claude.ai. */
  hasOwnAdvice: boolean;
  asksPerson: boolean;
  isWhole: boolean;
};

const SEPARATOR = /^(?: ?\(|[.!]? ?[·;|] ?|[.!]? - |[.,!]? (?=\S)|[.!,)]+$)/;
/** Seconds, as Claude Code printed them; another count of digits would be another unit, which is not guessed. */
const EPOCH = /^\|(?<epoch>\d{10})\b/;
/** A zone by its letters means several: the time in front of it is not to be read without it. */
const LETTER_ZONE = "(?! (?:[PMCE][SD]T|BST|CES?T|EES?T|IST|JST|KST|AE[SD]T)\\b)";
const END = `(?=$|[ .,;·)|!])${LETTER_ZONE}`;
const SUBJECT =
  "(?:(?:and )?(?:(?:your|the) )?(?:(?<owner>(?:[\\w'.-]+ ){0,3}?)limit |it )?(?:will )?resets?|you will regain access)";
const RESET = new RegExp(`^(?:\\w{1,20}; )?${SUBJECT} (?:at |on )?(?<when>${RESET_WORDS})${END}`, "i");
/** A time in a form that nobody has seen yet; behind a dot it is still the reset. */
const OTHER_WORD = "[^\\s·:]+(?::\\d\\d[^\\s·:]*)*";
const OTHER_TIME = `(?=[^·]*\\d)${OTHER_WORD}(?: ${OTHER_WORD}){0,4}`;
const OTHER_RESET = new RegExp(`^${SUBJECT} (?:at |on )?(?<when>${OTHER_TIME})[.)]*(?= ?·|$)`, "i");
const NOTE = /^(?:progress saved|out of (?:usage credits|extra usage))(?=$|[ .,;·)])/i;
/** Where a dot was lost, the reset of a window ends the advice before it. */
const NEXT_RESET = " (?:- )?your [\\w'.-]+ limit resets?\\b";
const ADVICE = new RegExp(
  `^(?:${[
    "(?:or )?(?:run |use |type )?/[a-z][\\w-]*",
    "(?:or )?switch(?: to another)? models?\\b",
    "upgrade to (?:increase your usage limit|max\\b|keep using)",
    "enable extra usage\\b",
    "add more(?: usage credits)? at\\b",
    "please go to plans & billing\\b",
    "(?:or )?(?:raise|increase|manage) (?:it|usage credits|your limit)\\b",
    "ask (?:your|an) (?:workspace )?admin\\b",
    "contact (?:your admin|an admin|support|sales)\\b",
    "for help, please contact\\b",
    "add funds\\b",
    "turn on /",
    "(?:or )?visit (?:https?://|claude\\.ai)",
    "see (?:usage\\b|/usage|https?://|claude\\.ai)",
    "(?:please )?try again (?:later|in|at|after)\\b",
    "an org owner\\b",
    "https?://\\S+$",
  ].join("|")})(?:(?!${NEXT_RESET})[^·])*`,
  "i",
);
const OWN_ADVICE = /\/(?:upgrade|extra-usage|usage-credits|model|usage)(?![\w/])|switch to another model|claude\.ai/i;
const PERSON = /^(?:ask|contact|for help|an org owner)/i;

/** Reads clause by clause; it is whole when nothing is left that no form explains. */
function readTail(rest: string, isMoney: boolean): Tail {
  const tail: Tail = {
    resets: [],
    hasOwnReset: false,
    hasOwnAdvice: false,
    asksPerson: false,
    isWhole: true,
  };
  let left = rest;
  while (left !== "") {
    const epoch = EPOCH.exec(left);
    if (epoch) {
      tail.resets.push({ when: `|${epoch.groups?.["epoch"]}`, owner: "" });
      tail.hasOwnReset = true;
      left = left.slice(epoch[0].length);
      continue;
    }
    const separator = SEPARATOR.exec(left)?.[0];
    if (separator === undefined) return { ...tail, isWhole: /^[.!,)]*$/.test(left) };
    left = left.slice(separator.length);
    const isDot = /[·|-]/.test(separator);
    const clause = readClause(left, tail, {
      isDot,
      // Two blanks are what is left of a lost dot.
      isOwn: isDot || separator === " " || separator.includes("("),
      allowsAny: isDot && (isMoney || tail.resets.length > 0),
    });
    if (clause === undefined) return { ...tail, ...findLaterReset(left, tail), isWhole: false };
    left = left.slice(clause);
  }
  return tail;
}

/** Where a clause stands: behind a dot, as no other program puts it, and where words of any kind may follow. */
type ClausePlace = { isDot: boolean; isOwn: boolean; allowsAny: boolean };

/** How many characters the clause at the start has; undefined when it is none. */
function readClause(text: string, tail: Tail, { isDot, isOwn, allowsAny }: ClausePlace): number | undefined {
  if (text === "") return 0;
  const reset = RESET.exec(text) ?? (isDot ? OTHER_RESET.exec(text) : null);
  if (reset) {
    tail.resets.push({ when: reset.groups?.["when"] ?? "", owner: reset.groups?.["owner"]?.trim() ?? "" });
    tail.hasOwnReset ||= isOwn || /^(?:your limit|it) (?:will )?reset/i.test(reset[0]);
    return reset[0].length;
  }
  const advice = ADVICE.exec(text)?.[0];
  if (advice !== undefined) {
    tail.hasOwnAdvice ||= OWN_ADVICE.test(advice);
    tail.asksPerson ||= PERSON.test(advice);
    return advice.length;
  }
  const note = NOTE.exec(text)?.[0];
  if (note !== undefined) return note.length;
  return allowsAny ? /^[^·]*/.exec(text)?.[0].length : undefined;
}

/** An error message with words that are new may still say when it ends. */
function findLaterReset(text: string, tail: Tail): Pick<Tail, "resets"> {
  if (tail.resets.length > 0) return { resets: tail.resets };
  const at = text.search(/\b(?:resets?|regain access) /i);
  const found = at < 0 ? null : RESET.exec(text.slice(at));
  return { resets: found ? [{ when: found.groups?.["when"] ?? "", owner: "" }] : [] };
}
