// One card: one account in one organisation, all its windows, its money, its age and what is wrong with it.
import { formatClock, formatCountdown, formatDuration, formatMoney, formatPercent } from "../../shared/format.ts";
import { decideBinding, decideFreshness, toWindowAt } from "../../shared/freshness.ts";
import { decideLevel, type Level } from "../../shared/notices/level.ts";
import type { Thresholds } from "../../shared/notices/wishes.ts";
import type { RowWindow } from "../../shared/row.ts";
import { formatRowName, isTrouble } from "../../shared/row-name.ts";
import type { Shown } from "../meter-state.ts";
import { createElement } from "./element.ts";
import { toProblemSentence } from "./problem-words.ts";
import { renderSparkline } from "./render-sparkline.ts";
import { type Seen, type Trend, toForecastWords, toTrend } from "./seen.ts";

export type RowOptions = { thresholds: Thresholds; seen: Seen };

export function renderRow(row: Shown, { thresholds, seen }: RowOptions, nowMs: number): HTMLElement {
  const ageMs = nowMs - Date.parse(row.fetched_at);
  const windows = row.windows.map((window) => toWindowAt(window, nowMs));
  const binding = decideBinding(windows);
  const card = createElement("section", {
    class: "card",
    data: { freshness: decideFreshness(ageMs), org: row.org_uuid },
  });
  const name = formatRowName(row);
  const head = createElement("div", { class: "card-head" }, createElement("h2", { text: name, title: name }));
  if (row.plan) head.append(createElement("span", { class: "chip", text: row.plan }));
  card.append(head, createElement("p", { class: "quiet who", text: toAge(row, ageMs) }));
  for (const window of windows) {
    const how = {
      isBinding: window.id === binding,
      level: decideLevel(window, thresholds),
      trend: toTrend(seen, row, window.id, nowMs),
      heading: toForecastWords(seen, row, window.id, nowMs),
    };
    card.append(renderWindow(window, how, nowMs));
  }
  if (windows.length === 0)
    card.append(createElement("p", { class: "window quiet", text: "No plan limits reported." }));
  card.append(...renderMoney(row, nowMs));
  const problems = row.errors.filter(isTrouble);
  if (problems.length > 0) card.append(renderProblems(problems));
  return card;
}

function toAge(row: Shown, ageMs: number): string {
  const reader = row.read_by === undefined ? "" : ` by ${row.read_by}`;
  const age = `read ${formatDuration(Math.max(0, ageMs))} ago${reader}`;
  const who = formatRowName(row) === row.account_email ? "" : (row.account_email ?? "");
  const old = decideFreshness(ageMs) === "stale" ? "stale, " : "";
  return [who, `${old}${age}`].filter(Boolean).join(" · ");
}

/** `heading`: where it is heading, in words; "" when unknown. */
type How = { isBinding: boolean; level: Level; trend: Trend | undefined; heading: string };

function renderWindow(window: RowWindow, { isBinding, level, trend, heading }: How, nowMs: number): HTMLElement {
  const percent = window.utilization;
  const value = percent === null ? "unknown" : `${formatPercent(percent)} %`;
  const label = isBinding ? `${window.label} · binds` : window.label;
  const head = createElement(
    "div",
    { class: "window-head" },
    createElement("span", {
      class: "name",
      text: label,
      ...(isBinding && { title: "The fullest account-wide limit" }),
    }),
    createElement("span", { class: "value", text: value }),
  );
  const block = createElement("div", { class: "window", data: { level, window: window.id } }, head);
  block.append(renderBar(window.label, percent));
  if (trend && percent !== null) block.append(renderSparkline(trend, window.label));
  const words = [toReset(window, nowMs), heading].filter(Boolean).join(" · ");
  block.append(createElement("p", { class: "quiet", text: words }));
  return block;
}

function renderBar(label: string, percent: number | null): HTMLElement {
  const fill = createElement("div", {});
  fill.style.width = `${Math.min(100, percent ?? 0)}%`;
  const bar = createElement("div", { class: "bar" }, fill);
  bar.setAttribute("role", "meter");
  bar.setAttribute("aria-label", label);
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  bar.setAttribute("aria-valuenow", String(Math.min(100, percent ?? 0)));
  bar.setAttribute("aria-valuetext", percent === null ? "unknown" : `${formatPercent(percent)} percent used`);
  return bar;
}

function toReset(window: RowWindow, nowMs: number): string {
  if (window.state === "rolled") {
    return `Reset was due ${toClock(window.resets_at, nowMs)}; last reading ${formatPercent(window.last_known)} %`;
  }
  if (window.state === "idle") return "Starts with the next message";
  if (window.resets_at === null) return "Reset time unknown";
  const clock = toClock(window.resets_at, nowMs);
  if (window.dollars) return `${formatMoney(window.dollars.used, window.dollars.limit, "USD")} · expires ${clock}`;
  return `Resets ${formatCountdown(Date.parse(window.resets_at) - nowMs)} · ${clock}`;
}

function toClock(iso: string | null, nowMs: number): string {
  return iso === null ? "at an unknown time" : formatClock(iso, nowMs);
}

function renderMoney(row: Shown, nowMs: number): HTMLElement[] {
  const lines: string[] = [];
  const { money, overage, subscription } = row;
  if (money && (money.enabled || money.used || money.out_of_credits)) {
    const state = money.enabled ? "" : money.out_of_credits ? " (out of credits)" : " (off)";
    lines.push(`Extra usage${state}: ${formatMoney(money.used, money.limit, money.currency)}`);
  }
  const until = overage?.disabled_until;
  if (until && Date.parse(until) > nowMs) lines.push(`Extra usage paused until ${formatClock(until, nowMs)}`);
  if (subscription?.ends_at) lines.push(`Plan ends ${formatClock(subscription.ends_at, nowMs)}`);
  else if (subscription?.renews_at) lines.push(`Plan renews ${formatClock(subscription.renews_at, nowMs)}`);
  if (lines.length === 0) return [];
  return [createElement("div", { class: "money quiet" }, ...lines.map((text) => createElement("p", { text })))];
}

function renderProblems(errors: readonly string[]): HTMLElement {
  const items = errors.map((error) => createElement("li", { text: toProblemSentence(error) }));
  return createElement("ul", { class: "problems quiet" }, ...items);
}
