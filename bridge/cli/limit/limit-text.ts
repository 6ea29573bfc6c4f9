// The sentences in which Claude Code says that a limit was hit, or says something that only looks so. Meant for messages
// typed as errors and for plain lines that begin with such a sentence: a model's prose may say any of this. Pure.

import { type LimitClass, type Trouble, toLimitName } from "./limit.ts";
import { RESET_WORDS } from "./reset-words.ts";

export type LimitText = {
  class: LimitClass | Trouble | "auth" | "transition" | "warning";
  window: string | null;
  name: string;
  resetText: string | null;
  /** The sentence ends where its form ends, but for the reset; a line of plain text counts only then. */
  isWhole: boolean;
  text: string;
};

type Form = { class: LimitText["class"]; pattern: RegExp };

/** The first that fits decides: the official prefixes of Claude Code 2.1.328, and older forms of public reports. */
const FORMS: readonly Form[] = [
  { class: "transition", pattern: /^(?:You're now|Now) using\b/ },
  { class: "transition", pattern: /^[\w .-]{1,40} limit reached [·∙] continuing\b/ },
  { class: "warning", pattern: /^You(?:'ve used|'re close to)\b/ },
  { class: "throttle", pattern: /^API Error: Server is temporarily limiting requests\b/ },
  { class: "throttle", pattern: /^API Error: (?:Request rejected \(429\)|429\b)/ },
  { class: "server", pattern: /^API Error: (?:Repeated )?5\d\d\b(?: Overloaded errors)?/ },
  { class: "auth", pattern: /^Failed to authenticate\b/ },
  { class: "billing", pattern: /^(?:Your credit|Credit) balance is too low\b/ },
  { class: "gateway", pattern: /^spend limit reached \((?:\w{1,20}; )?resets? [\d: -]+(?: UTC)?\)/ },
  { class: "credits", pattern: /^You're out of (?:usage credits|extra usage)\b/ },
  { class: "credits", pattern: /^Your org is out of usage\b/ },
  { class: "credits", pattern: /^Your seat type doesn't include (?:extra usage|usage credits|usage)\b/ },
  { class: "credits", pattern: /^Your usage allocation has been disabled by your admin\b/ },
  { class: "credits", pattern: /^Your group's usage limit is set to \$0(?![\d.,])/ },
  { class: "credits", pattern: /^[A-Z]\w{1,20}(?: [\d.]+)? requires usage credits\b/ },
  { class: "credits", pattern: /^You've (?:hit|reached) your (?:\w+ )?(?:spend|extra usage|usage credits?) limit\b/ },
  { class: "plan", pattern: /^Claude(?: AI)? usage limit reached\b/ },
  { class: "plan", pattern: /^You've (?:hit|reached) your (?:(?<name>session|5-hour|weekly|usage) )?limit\b/ },
  { class: "plan", pattern: /^(?<name>Session|5-hour|Weekly|Usage) limit reached\b/ },
  {
    class: "model",
    pattern: /^You've (?:hit|reached) your (?:weekly )?(?<name>[A-Z]\w{1,20})(?: [\d.]+)?(?: weekly)? limit\b/,
  },
  { class: "model", pattern: /^(?<name>[A-Z]\w{1,20})(?: [\d.]+)?(?: weekly)? limit reached\b/ },
  { class: "plan", pattern: /^You've (?:hit|reached) your\b/ },
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

/** What may follow the form in a whole sentence: nothing, the reset, or what to do about money. Else it is prose. */
const END = new RegExp(
  `^[.!]?(?:$|\\|\\d{10}$|(?:,|\\s*[·∙•])?\\s(?:Your limit will )?resets? (?:at )?${RESET_WORDS}[.]?$)`,
  "i",
);
const MONEY_END = /^(?:\.? Switch to another model\b|\s[·∙•]\s)/;
const RESET = /(?:^|[\s(·∙•,;])resets?\s+(?:at\s+)?(?<when>[^·∙•]{1,60}?)\s*[.)]*$|\|(?<epoch>\d{10})\b/;

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours of a terminal are what is taken out.
const COLOUR = /\u001b\[[\d;]*m/g;

/** Undefined when the first line begins with none of the forms. */
export function toLimitText(message: string): LimitText | undefined {
  const [line = ""] = message.replace(COLOUR, "").trim().split("\n", 1);
  const text = line.trim().replaceAll("’", "'");
  for (const form of FORMS) {
    const match = form.pattern.exec(text);
    if (!match) continue;
    const name = match.groups?.["name"];
    const window = windowOfName.get(name?.toLowerCase() ?? "") ?? null;
    return {
      class: form.class,
      window,
      name: window
        ? toLimitName(window)
        : name && form.class === "model"
          ? name
          : (nameOfClass.get(form.class) ?? "usage"),
      resetText: toResetText(text),
      isWhole: isWhole(form, text.slice(match[0].length)),
      text,
    };
  }
  return undefined;
}

function isWhole(form: Form, rest: string): boolean {
  // "API Error: 529" is nobody's prose, and stops nothing.
  if (form.class === "throttle" || form.class === "server") return true;
  const isMoney = form.class === "credits" || form.class === "billing";
  return END.test(rest) || (isMoney && MONEY_END.test(rest));
}

function toResetText(text: string): string | null {
  const found = RESET.exec(text)?.groups;
  if (!found) return null;
  if (found["epoch"]) return `|${found["epoch"]}`;
  const when = found["when"] ?? "";
  // The closing bracket of a zone belongs to it, that of a whole clause does not.
  return when.includes("(") ? `${when})` : when;
}
