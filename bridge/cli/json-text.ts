// JSON for stdout, which may be a terminal: what could act there is escaped, and reads back as the same value.

// DEL and C1 controls, bidi, what has no width, separators of lines, tags. JSON.stringify itself escapes C0. Spelled
// out, because this is the hot path and classes like \p{C} cost more than all the rest of it (shared/display-text.ts).
const ACTING =
  /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udfff]/g;

export function toJsonText(value: unknown): string {
  return JSON.stringify(value).replace(ACTING, escapeUnits);
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_none, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`,
  ).join("");
}
