// The points of one account as a table, for whoever reads numbers or hears them: the newest first.
import { formatPercent } from "../../shared/format.ts";
import { toPointSource } from "../../shared/point-source.ts";
import { formatRowName } from "../../shared/row-name.ts";
import { toSourceName } from "../../shared/sources.ts";
import { createElement } from "../popup/element.ts";
import type { AccountHistory } from "./account-history.ts";
import { formatMoment, type Range } from "./range.ts";

/** More is for a file: nobody reads a page of ten thousand lines. */
const MAX_ROWS = 300;

export function renderTable({ row, lines }: AccountHistory, { sinceMs }: Range): HTMLElement[] {
  const name = formatRowName(row);
  const points = lines
    .flatMap(({ series: { label, points: own, sources } }) =>
      own.map((point) => ({ label, point, source: toSourceName(toPointSource(sources, point[0])) })),
    )
    .filter(({ point: [at] }) => at >= sinceMs)
    .toSorted((a, b) => b.point[0] - a.point[0]);
  const head = createElement("tr", {}, ...["Read at", "Limit", "Used", "Resets at", "Source"].map(renderHead));
  const rows = points
    .slice(0, MAX_ROWS)
    .map(({ label, source, point: [at, percent, resetsAt] }) =>
      createElement(
        "tr",
        {},
        createElement("td", { text: formatMoment(at) }),
        createElement("td", { text: label }),
        createElement("td", { class: "number", text: percent === null ? "unknown" : `${formatPercent(percent)} %` }),
        createElement("td", { text: resetsAt === null ? "" : formatMoment(resetsAt) }),
        createElement("td", { text: source }),
      ),
    );
  const caption = createElement("caption", { text: toCaption(name, points.length) });
  const table = createElement(
    "table",
    {},
    caption,
    createElement("thead", {}, head),
    createElement("tbody", {}, ...rows),
  );
  const scroller = createElement("div", { class: "scroller" }, table);
  // What scrolls must be reachable by keyboard, and then needs a name.
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "region");
  scroller.setAttribute("aria-label", `Data points of ${name}`);
  return [scroller];
}

function renderHead(text: string): HTMLElement {
  const cell = createElement("th", { text });
  cell.scope = "col";
  return cell;
}

function toCaption(name: string, count: number): string {
  const all = count === 1 ? "1 data point" : `${count} data points`;
  return count > MAX_ROWS ? `${name}: newest ${MAX_ROWS} of ${all} (Save CSV exports all)` : `${name}: ${all}`;
}
