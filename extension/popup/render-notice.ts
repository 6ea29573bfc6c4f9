// The one thing the user should know or do first, in one sentence, with the button that does it.
import browser from "webextension-polyfill";
import { formatClock } from "../../shared/format.ts";
import { decideFreshness } from "../../shared/freshness.ts";
import { pollStateWords } from "../../shared/poll-state.ts";
import { linkStateWords } from "../link.ts";
import type { MeterState } from "../meter-state.ts";
import { requestSiteAccess } from "../site-access.ts";
import { createElement, createWords } from "./element.ts";

type Step = { label: string; act: () => void };

export function renderNotice(state: MeterState, nowMs: number): HTMLElement[] {
  const text = toText(state, nowMs);
  if (text === undefined) return [];
  const notice = createElement(
    "div",
    { class: "notice", data: { state: state.poll.state } },
    createElement("p", {}, ...createWords(text)),
  );
  const step = toStep(state);
  if (step) {
    const button = createElement("button", { text: step.label });
    button.type = "button";
    button.addEventListener("click", step.act);
    notice.append(button);
  }
  return [notice];
}

function toText({ poll, rows }: MeterState, nowMs: number): string | undefined {
  if (poll.at === null) return "Reading claude.ai for the first time…";
  if (poll.state === "ok") {
    if (rows.length === 0) return "This account has no organisation with a Claude plan.";
    // The polls go well and yet all values are old: the clock of this computer disagrees with claude.ai's.
    const isOld = rows.every((row) => decideFreshness(nowMs - Date.parse(row.fetched_at)) === "stale");
    return isOld ? "These readings are stale. Press Refresh, and check this computer's clock." : undefined;
  }
  const next = poll.retry_at === null ? "" : ` Next attempt: ${formatClock(poll.retry_at, nowMs)}.`;
  return `${pollStateWords[poll.state]}${next}`;
}

function toStep({ poll }: MeterState): Step | undefined {
  switch (poll.state) {
    case "signed-out":
    case "challenge":
      return { label: "Open claude.ai", act: () => void browser.tabs.create({ url: "https://claude.ai/" }) };
    case "no-access":
      return {
        label: "Allow access to claude.ai",
        act: () => void requestSiteAccess(),
      };
    case "ok":
    case "rate-limited":
    case "offline":
    case "server-error":
    case "changed":
      return undefined;
  }
}

/** Without site access the bridge cannot be reached either, and the notice says so already. */
export function renderLink({ link, poll }: MeterState): HTMLElement {
  const notes: string[] = poll.state === "no-access" ? [] : [linkStateWords[link.state]];
  if (link.waiting > 0) notes.push(`${formatReadings(link.waiting)} waiting to be sent.`);
  if (link.held) notes.push(`${formatReadings(link.held.sequences.length)} the bridge cannot read before an update.`);
  if (link.dropped > 0) notes.push(`${formatReadings(link.dropped, "old ")} dropped.`);
  if (link.refused > 0) notes.push(`${formatReadings(link.refused)} dropped because no version could read them.`);
  return createElement("p", { class: "dot", data: { link: link.state } }, ...createWords(notes.join(" ")));
}

function formatReadings(count: number, kind = ""): string {
  return `${count} ${kind}${count === 1 ? "reading" : "readings"}`;
}
