// What was typed, as what it asks for. Pure.
export type Key = "quit" | "interrupt" | "suspend" | "up" | "down";

const KEYS: Readonly<Record<string, Key>> = {
  q: "quit",
  Q: "quit",
  "\u0003": "interrupt",
  "\u001a": "suspend",
  k: "up",
  "\u001b[A": "up",
  "\u001bOA": "up",
  j: "down",
  "\u001b[B": "down",
  "\u001bOB": "down",
};
/** An escape sequence is one key, whether or not it is known; else each character is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: keys are control characters
const KEY = /\u001b(?:\[[0-9;]*[ -/]*[@-~]|O.)|./gs;

export function parseKeys(typed: string): Key[] {
  return (typed.match(KEY) ?? []).flatMap((key) => (Object.hasOwn(KEYS, key) ? (KEYS[key] ?? []) : []));
}
