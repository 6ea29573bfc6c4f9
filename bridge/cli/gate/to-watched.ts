// Which windows of a row a guard looks at, and what it should see and can not. Pure.
import type { Row } from "../../../shared/freshness.ts";
import type { RowWindow } from "../../../shared/row.ts";
import type { GateLimits } from "./gate-options.ts";
import { isModel } from "./is-model.ts";

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
