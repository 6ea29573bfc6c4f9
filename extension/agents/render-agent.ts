// One run as a line of the agents page.
import type { Agent } from "../../shared/agents.ts";
import { toDisplayText } from "../../shared/display-text.ts";
import { createElement } from "../popup/element.ts";
import { lookWords, toLook, toNote } from "./agent-words.ts";

export function renderAgent(agent: Agent, nowMs: number): HTMLLIElement {
  const look = toLook(agent);
  const { label, command, id, restarts } = agent;
  const name = label === null ? command : `${label} (${command})`;
  const again = restarts === 0 ? "" : `, restarted ${restarts === 1 ? "once" : `${restarts} times`}`;
  const lamp = createElement("span", { class: "lamp" });
  lamp.setAttribute("aria-hidden", "true");
  return createElement(
    "li",
    { class: "agent", data: { look, id: toDisplayText(id, 40) } },
    lamp,
    createElement("span", { class: "name", text: toDisplayText(name, 120) }),
    createElement("span", { class: "state", text: lookWords[look] }),
    createElement("span", { class: "note", text: `${toNote(agent, nowMs)}${again}` }),
  );
}
