// The card of one account: its chart, the key that names and toggles the lines, and the table behind it.
import { formatPercent } from "../../shared/format.ts";
import { FRESH_MS, toRow } from "../../shared/freshness.ts";
import type { StoredRow } from "../../shared/row.ts";
import { formatRowName } from "../../shared/row-name.ts";
import { createElement, createSvg } from "../popup/element.ts";
import type { AccountHistory, Line } from "./account-history.ts";
import { createChart, type Frame, type Pointed } from "./chart.ts";
import { formatMoment, type Range } from "./range.ts";
import { renderTable } from "./render-table.ts";
import { type Stroke, toStrokes } from "./stroke.ts";

export type AccountCard = {
  element: HTMLElement;
  show: (account: AccountHistory, frame: Frame) => void;
  destroy: () => void;
};

type Key = { button: HTMLButtonElement; value: HTMLElement };

export function createAccountCard(): AccountCard {
  const hidden = new Set<string>();
  let shown: { account: AccountHistory; frame: Frame } | undefined;
  let keys: Key[] = [];

  const heading = createElement("h2", {});
  const plan = createElement("span", { class: "chip" });
  const at = createElement("p", { class: "quiet at" });
  const canvas = createElement("div", { class: "chart" });
  canvas.setAttribute("role", "img");
  const key = createElement("ul", { class: "key" });
  const note = createElement("p", { class: "quiet" });
  const table = createElement("div", {});
  const toggle = createElement("button", { class: "table-toggle", text: "Show table" });
  toggle.type = "button";
  const head = createElement("div", { class: "card-head" }, heading, plan, at);
  const element = createElement("section", { class: "card" }, head, canvas, key, note, toggle, table);

  const point = (pointed: Pointed) => {
    at.textContent = pointed ? formatMoment(pointed.atMs) : "";
    for (const [index, { value }] of keys.entries()) {
      const line = shown?.account.lines[index];
      if (pointed) value.textContent = formatKnown(pointed.values[index] ?? null);
      else if (shown && line) value.textContent = formatNewest(line, shown.account.row, shown.frame.range, Date.now());
    }
  };
  const chart = createChart(canvas, point);

  const renderOpenTable = () => {
    const isOpen = toggle.getAttribute("aria-expanded") === "true";
    toggle.textContent = isOpen ? "Hide table" : "Show table";
    const wanted = isOpen ? shown : undefined;
    table.replaceChildren(...(wanted ? renderTable(wanted.account, wanted.frame.range) : []));
  };
  toggle.setAttribute("aria-expanded", "false");
  toggle.addEventListener("click", () => {
    toggle.setAttribute("aria-expanded", String(toggle.getAttribute("aria-expanded") !== "true"));
    renderOpenTable();
  });

  const toggleLine = (index: number, window: string, button: HTMLButtonElement) => {
    if (!hidden.delete(window)) hidden.add(window);
    button.setAttribute("aria-pressed", String(!hidden.has(window)));
    chart.setHidden(index, hidden.has(window));
  };

  const show = (account: AccountHistory, frame: Frame) => {
    const windows = account.lines.map(({ series }) => series.window);
    const before = shown?.account.lines.map(({ series }) => series.window);
    shown = { account, frame };
    const name = formatRowName(account.row);
    heading.textContent = name;
    heading.title = name;
    plan.textContent = account.row.plan ?? "";
    plan.hidden = account.row.plan === null;
    const hasLines = account.lines.length > 0;
    canvas.hidden = !hasLines;
    toggle.hidden = !hasLines;
    note.textContent = toNote(account);
    canvas.setAttribute("aria-label", toSummary(account));
    const strokes = toStrokes(windows);
    // The same buttons stay: one of them may have the focus.
    if (windows.join() !== before?.join()) {
      keys = account.lines.map((line, index) => {
        const made = createKey(line, strokes[index]);
        made.button.setAttribute("aria-pressed", String(!hidden.has(line.series.window)));
        made.button.addEventListener("click", () => toggleLine(index, line.series.window, made.button));
        return made;
      });
      key.replaceChildren(...keys.map(({ button }) => createElement("li", {}, button)));
    }
    for (const [index, { button }] of keys.entries()) {
      const line = account.lines[index];
      const resets = button.querySelector(".resets");
      if (line && resets) resets.textContent = formatResets(line.series.resets.length);
    }
    chart.show(
      account.lines.map(({ series, runs }, index) => ({
        runs,
        resets: series.resets,
        stroke: strokes[index] ?? { colour: "--ink", dash: [] },
        isHidden: hidden.has(series.window),
      })),
      frame,
    );
    point(undefined);
    renderOpenTable();
  };

  return { element, show, destroy: chart.destroy };
}

function createKey({ series }: Line, stroke: Stroke | undefined): Key {
  const value = createElement("span", { class: "value" });
  const button = createElement(
    "button",
    { data: { window: series.window } },
    createSwatch(stroke),
    createElement("span", { class: "name", text: series.label }),
    value,
    createElement("span", { class: "quiet resets" }),
  );
  button.type = "button";
  return { button, value };
}

function createSwatch(stroke: Stroke | undefined): SVGElement {
  const line = createSvg("path", { d: "M1 4H23", "stroke-dasharray": stroke?.dash.join(" ") ?? "" });
  line.style.stroke = `var(${stroke?.colour ?? "--ink"})`;
  return createSvg("svg", { viewBox: "0 0 24 8", class: "swatch", "aria-hidden": "true" }, line);
}

function formatResets(count: number): string {
  if (count === 0) return "";
  return count === 1 ? "1 reset" : `${count} resets`;
}

function formatKnown(percent: number | null): string {
  return percent === null ? "unknown" : `${formatPercent(percent)} %`;
}

/** What stands at the end of the range; "last" when that is not what the row says now, so that it does not look live. */
export function formatNewest({ runs, series }: Line, stored: StoredRow, { untilMs }: Range, nowMs: number): string {
  const percent = series.points.at(-1)?.[1] === null ? null : (runs.at(-1)?.at(-1)?.percent ?? null);
  if (percent === null) return "unknown";
  const row = toRow(stored, nowMs);
  const window = row.windows.find(({ id }) => id === series.window);
  const isSaid = window ? window.utilization !== null : series.window === "money" && row.money !== null;
  const isLive = isSaid && !row.stale && nowMs - untilMs <= FRESH_MS;
  return isLive ? formatKnown(percent) : `last ${formatKnown(percent)}`;
}

function toNote({ lines }: AccountHistory): string {
  if (lines.length === 0) return "No readings of this account in this period.";
  if (lines.every(({ series }) => series.is_exact)) return "";
  return "Only the lowest and highest values of each interval are drawn. Saved files contain every data point.";
}

/** For whoever does not see the lines. */
function toSummary({ row, lines }: AccountHistory): string {
  const parts = lines.map(({ series }) => {
    const known = series.points.flatMap(([, percent]) => percent ?? []);
    const lowest = known.reduce((least, percent) => Math.min(least, percent), Number.POSITIVE_INFINITY);
    const highest = known.reduce((most, percent) => Math.max(most, percent), 0);
    if (known.length === 0) return `${series.label}: unknown`;
    const from = `${formatPercent(lowest)} to ${formatPercent(highest)} percent`;
    return [`${series.label}: ${from}`, formatResets(series.resets.length)].filter(Boolean).join(", ");
  });
  return `Chart of ${formatRowName(row)}. ${parts.join(". ")}. Select Show table for the numbers.`;
}
