// Whether a model-scoped window is about the model a user names: "opus", "Opus 4.8", "claude-opus-4-8[1m]". Pure.
import type { RowWindow } from "../../../shared/row.ts";

/** By whole words, and either may say more than the other: stopping for a near relative beats missing the limit. */
export function isModel(window: Pick<RowWindow, "id" | "model">, wanted: string): boolean {
  const words = toWords(wanted);
  const names = [window.id, window.id.replace(/^(?:scoped:|seven_day_)/, ""), ...(window.model ? [window.model] : [])];
  return names.map(toWords).some((name) => hasRun(name, words) || hasRun(words, name));
}

function toWords(text: string): string[] {
  return text
    .toLowerCase()
    .split(/[^a-z0-9\u0080-\uffff]+/)
    .filter((word) => word !== "");
}

function hasRun(words: readonly string[], run: readonly string[]): boolean {
  return run.length > 0 && words.some((_, start) => run.every((word, offset) => words[start + offset] === word));
}
