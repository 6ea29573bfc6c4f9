// What table and `watch` say of a row and its windows, and in which colour. Pure.
import { formatClock, formatCountdown, formatDuration, formatMoney, formatPercent } from "../../../shared/format.ts";
import type { Row, ShownWindow } from "../../../shared/freshness.ts";
import type { Install, RowWindow } from "../../../shared/row.ts";
import { formatRowName } from "../../../shared/row-name.ts";
import { toSourceName } from "../../../shared/sources.ts";
import type { Style } from "../paint.ts";
import { toTerminalText } from "../terminal-text.ts";

export const WARNING_PERCENT = 80;
export const CRITICAL_PERCENT = 95;
/** From here on a line has room for a bar and for a clock beside the countdown. */
export const ROOMY_COLUMNS = 72;

/** Organisation, account, plan and browser; redacted, the organisation by its id. */
export function toTitle(row: Row, redact: boolean): string {
  const name = redact ? row.org_uuid : formatRowName(row);
  const names = redact || name === row.account_email ? [name] : [name, row.account_email];
  return [...names, row.plan, row.browser]
    .flatMap((each) => (each === null || each === "" ? [] : toTerminalText(each)))
    .join(" · ");
}

export function toLabel(window: RowWindow, redact: boolean): string {
  return redact ? window.id : toTerminalText(window.label, 24);
}

/** Nothing where no money was or can be spent. */
export function toMoneyWords({ money }: Row): string[] {
  if (!money || !(money.enabled || money.used || money.out_of_credits)) return [];
  const note = money.out_of_credits ? ", out of credits" : money.enabled ? "" : ", off";
  return [`extra usage ${formatMoney(money.used, money.limit, money.currency)}${note}`];
}

export function toAgeWords(row: Row): string {
  const age = `${formatDuration(row.age_seconds * 1000)} ago`;
  return row.state === "fresh" ? age : row.state === "aging" ? `${age}, aging` : `STALE, ${age}`;
}

/** Nothing for the usual case: the extension's reading, and nobody who contradicts it. */
export function toSourceWords(row: Row): string[] {
  if (row.disputed) return ["DISPUTED: two sources report different numbers, the higher one counts"];
  return row.source === "extension" ? [] : [`from ${toSourceName(row.source)}`];
}

/** What of a window is other than the row's first line says: its source, its age, or that it is the disputed one. */
export function toWindowNotes(window: ShownWindow, row: Row, nowMs: number): string {
  const { source, observed_at, stale, disputed } = window;
  const isOther = source !== undefined && source !== row.source;
  const isOld = stale === true && !row.stale;
  const age = observed_at === undefined ? "" : `${formatDuration(Math.max(0, nowMs - Date.parse(observed_at)))} ago`;
  const where = isOther ? [toSourceName(source), age] : isOld ? [age] : [];
  return [...(isOld ? ["STALE"] : []), ...(disputed ? ["disputed"] : []), ...where].filter(Boolean).join(", ");
}

/** When the window resets and whether it binds, in at most this many cells: what matters least is left out first. */
export function toResetWords(window: RowWindow, row: Row, nowMs: number, cells: number): string {
  const binds = window.id === row.binding ? "  binds" : "";
  const [whole = "", short = whole] = toResetForms(window, nowMs);
  const forms = [`${whole}${binds}`, whole, `${short}${binds}`];
  return forms.find((form) => form.length <= cells) ?? short;
}

/** The long form first. */
function toResetForms({ state, last_known, resets_at }: RowWindow, nowMs: number): [whole: string, short?: string] {
  if (state === "rolled") return [`reset passed, was ${formatPercent(last_known)} %`, "reset passed"];
  if (state === "idle") return ["not started"];
  if (state === "unknown") return ["unknown"];
  if (resets_at === null) return [""];
  const countdown = formatCountdown(Date.parse(resets_at) - nowMs);
  return [`${countdown} (${formatClock(resets_at, nowMs)})`, countdown];
}

export function toStyle(window: ShownWindow, row: Row): Style {
  if (row.stale || window.stale || window.utilization === null) return "dim";
  if (window.severity === "critical" || window.utilization >= CRITICAL_PERCENT) return "red";
  return window.severity === "warning" || window.utilization >= WARNING_PERCENT ? "yellow" : "green";
}

/** Rounded down: a full bar means full. */
export function toBar(utilization: number | null, cells: number): string {
  if (utilization === null) return "·".repeat(cells);
  const filled = Math.min(cells, Math.floor((utilization / 100) * cells));
  return "█".repeat(filled) + "░".repeat(cells - filled);
}

export function toInstallWords(install: Install, nowMs: number): string {
  return `${toTerminalText(install.browser)}: ${install.state}, ${formatDuration(nowMs - Date.parse(install.polled_at))} ago`;
}
