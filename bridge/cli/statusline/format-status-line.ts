// The words of the status line: "5h 42% · week 63% · Opus 88% · resets 14:20". Pure.
import { toDisplayText } from "../../../shared/display-text.ts";
import { formatLocalClock } from "../../../shared/format-local-clock.ts";
import type { Row } from "../../../shared/freshness.ts";
import type { RowWindow } from "../../../shared/row.ts";
import { isModel } from "../gate/watched.ts";
import { formatLine } from "../line/format-line.ts";

/** From here on the fullest window matters more than the one that starts again first. */
const NEAR_LIMIT_PERCENT = 80;

export type Session = { model: string | undefined; nowMs: number };

/** In a template `{model}` is the session's own model; the others are those of `claude-meter line`. */
export function formatStatusLine(row: Row, { model, nowMs }: Session, template?: string): string {
  const own = model === undefined ? undefined : toLiteral(model);
  if (template === undefined) return formatLine(row, { nowMs, template: toTemplate(row, own, nowMs) });
  return formatLine(row, { nowMs, template: template.replaceAll("{model}", own ? `{model:${own}}` : "?") });
}

/** Undefined for an account without such windows: then `line` knows what to show. */
function toTemplate(row: Row, model: string | undefined, nowMs: number): string | undefined {
  const fiveHour = row.windows.find((window) => window.id === "five_hour");
  const week = row.windows.find((window) => window.id === "seven_day");
  const spend = row.windows.find((window) => window.id === "spend_limit");
  if (!fiveHour && !week && !spend) return undefined;
  const scoped = model && row.windows.find((window) => window.scope === "model" && isModel(window, model));
  const reset = toNextReset([fiveHour, week, spend, ...(scoped ? [scoped] : [])], row.stale);
  return [
    ...(fiveHour ? ["5h {5h}%"] : []),
    ...(week ? ["week {7d}%"] : []),
    ...(spend ? ["spend {window:spend_limit}%"] : []),
    ...(scoped ? [`${toLiteral(scoped.model ?? "model")} {window:${scoped.id}}%`] : []),
    ...(reset === undefined ? [] : [`resets ${formatLocalClock(reset, nowMs)}`]),
    ...(row.disputed ? ["disputed"] : []),
  ].join(" · ");
}

/** That of the first window shown, or of a fuller one that comes near its limit. */
function toNextReset(windows: readonly (RowWindow | undefined)[], isStale: boolean): number | undefined {
  const open = windows.flatMap((window) => (window?.state === "open" && window.resets_at ? [window] : []));
  const near = open.filter((window) => (window.utilization ?? 0) >= NEAR_LIMIT_PERCENT);
  const fullest = near.toSorted((a, b) => (b.utilization ?? 0) - (a.utilization ?? 0))[0] ?? open[0];
  return isStale || !fullest?.resets_at ? undefined : Date.parse(fullest.resets_at);
}

/** Text from outside that a template takes as it is. */
function toLiteral(text: string): string {
  const name = text.replaceAll(/[{}]/g, "");
  // Without the classes of all scripts, which cost a thirtieth of the whole call to build.
  return /^[ -~]{1,24}$/.test(name) ? name : toDisplayText(name, 24);
}
