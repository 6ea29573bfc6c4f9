// The windows of a row that a gate watches, what it should see and can not, and how a window is named. Pure.
import type { Row } from "../../../shared/freshness.ts";
import type { RowWindow } from "../../../shared/row.ts";
import type { GateLimits } from "./gate-options.ts";

export type Unseen = { reason: "unknown-window" | "unreadable"; window: string };
export type Watched = { windows: readonly RowWindow[]; unseen: Unseen | undefined };

/** The windows that bind the whole account; a problem is named after them when they could not be read. */
const ACCOUNT_WINDOWS = ["five_hour", "seven_day", "seven_day_oauth_apps"];

export function toWatched(row: Row, limits: GateLimits): Watched {
  const { model, windows: ids } = limits;
  const windows = row.windows.filter((window) => {
    if (window.scope === "pool") return false;
    if (window.scope === "model" && model !== undefined && isModel(window, model)) return true;
    return ids ? ids.includes(window.id) : window.scope === "account";
  });
  return { windows, unseen: findUnknown(row, ids) ?? findUnreadable(row, limits) };
}

function findUnknown(row: Row, ids: GateLimits["windows"]): Unseen | undefined {
  const missing = ids?.find((id) => !row.windows.some((window) => window.id === id));
  return missing === undefined ? undefined : { reason: "unknown-window", window: missing };
}

/** A window that the server reports and nobody could read is doubt; one that it does not report is none. */
function findUnreadable(row: Row, { model, windows: ids }: GateLimits): Unseen | undefined {
  const has = (id: string) => row.windows.some((window) => window.id === id);
  for (const error of row.errors) {
    const [part = "", code] = error.split(": ");
    if (code !== "bad-shape") continue;
    if (!ids && ACCOUNT_WINDOWS.includes(part) && !has(part)) return { reason: "unreadable", window: part };
    if (!/^limits(:\d+)?$/.test(part)) continue;
    // An unreadable limit can be any model's; the two plan windows often stand in the body a second time.
    if (model !== undefined || (!ids && !(has("five_hour") && has("seven_day")))) {
      return { reason: "unreadable", window: "limits" };
    }
  }
  return undefined;
}

/**
 * Whether a window is about the model a user names: "opus", "Opus 4.8", "claude-opus-4-8[1m]". By whole words, and either
 * may say more than the other: stopping for a near relative beats missing the limit.
 */
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

/** A window's id is shown only in the alphabet we write ids in: what it says may reach an agent's prompt. */
export function toWindowName(id: string): string {
  return /^[a-z0-9_:-]{1,80}$/.test(id) ? id : "unnamed";
}
