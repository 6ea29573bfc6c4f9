// The sessions that a limit stopped, each with a button that copies how to go on with it.
import type { StoppedSession } from "../../shared/agents.ts";
import { toDisplayText } from "../../shared/display-text.ts";
import { formatClock } from "../../shared/format.ts";
import { createElement, getElement } from "../popup/element.ts";

let shown = "";

/** Only when something changed: a button that is replaced loses the keyboard's place. */
export function renderHandovers(section: HTMLElement, handovers: readonly StoppedSession[], nowMs: number): void {
  const notes = handovers.map((handover) => toNote(handover, nowMs));
  const next = JSON.stringify([handovers, notes]);
  if (next === shown) return;
  shown = next;
  section.hidden = handovers.length === 0;
  section.querySelector("ul")?.replaceChildren(...handovers.map((each, index) => renderOne(each, notes[index] ?? "")));
}

function renderOne({ session_id, folder }: StoppedSession, note: string): HTMLLIElement {
  const command = `claude-meter handovers resume ${toDisplayText(session_id, 40)}`;
  const button = createElement("button", { text: "Copy the resume command", title: command });
  button.type = "button";
  button.setAttribute("aria-label", `Copy the resume command of ${toDisplayText(folder, 120)}`);
  button.addEventListener("click", () => void copy(command));
  return createElement(
    "li",
    { class: "handover" },
    createElement("span", { class: "name", text: toDisplayText(folder, 120) }),
    createElement("span", { class: "note", text: note }),
    button,
  );
}

async function copy(command: string): Promise<void> {
  const said = await navigator.clipboard.writeText(command).then(
    () => `Copied: ${command}`,
    () => `Run this in a terminal: ${command}`,
  );
  getElement("copied").textContent = said;
}

function toNote({ window, resets_at, cut_at }: StoppedSession, nowMs: number): string {
  const name = window === null ? "usage" : toDisplayText(names[window] ?? window, 40);
  const verb = resets_at !== null && Date.parse(resets_at) <= nowMs ? "reset" : "resets";
  const reset = resets_at === null ? "reset time unknown" : `${verb} ${formatClock(resets_at, nowMs)}`;
  return `${name} limit, ${reset}, stopped ${formatClock(cut_at, nowMs)}`;
}

const names: Readonly<Record<string, string>> = { five_hour: "5-hour", seven_day: "weekly" };
