// The agents page: asks the bridge every few seconds how the runs of this computer are, while somebody can see it.
import "../no-eval.ts";
import type { Agent, StoppedSession } from "../../shared/agents.ts";
import { fetchAgents } from "../ask-as-page.ts";
import { createElement, createWords, getElement } from "../popup/element.ts";
import { ensureTheme } from "../theme.ts";
import { toTroubleWords } from "../trouble-words.ts";
import { selectRecent, sortAgents, summarizeAgents } from "./agent-words.ts";
import { renderAgent } from "./render-agent.ts";
import { renderHandovers } from "./render-handovers.ts";

const EVERY_MS = 3_000;

await ensureTheme();
let agents: readonly Agent[] = [];
let handovers: readonly StoppedSession[] = [];

/** A live region must change only when its words do, or a screen reader repeats it each time. */
function say(id: "summary" | "notice", text: string): void {
  const element = getElement(id);
  if (element.dataset["said"] === text) return;
  element.dataset["said"] = text;
  const isNotice = id === "notice" && text !== "";
  element.replaceChildren(
    ...(isNotice ? [createElement("p", { class: "notice" }, ...createWords(text))] : createWords(text)),
  );
}

function render(): void {
  const nowMs = Date.now();
  const shown = sortAgents(selectRecent(agents, nowMs));
  say("summary", summarizeAgents(shown, nowMs));
  getElement("agents").replaceChildren(...shown.map((agent) => renderAgent(agent, nowMs)));
  renderHandovers(getElement("handovers"), handovers, nowMs);
}

async function load(): Promise<void> {
  const answer = await fetchAgents();
  if (answer.kind === "answered") {
    ({ agents, handovers = [] } = answer.value);
    say(
      "notice",
      agents.length + handovers.length === 0 ? "No runs yet. Start one with `claude-meter run -- <command>`." : "",
    );
  } else {
    // What was seen before may have ended since.
    agents = [];
    handovers = [];
    say("notice", toTroubleWords(answer, "the runs"));
  }
  render();
  getElement("agents").setAttribute("aria-busy", "false");
}

/** One question at a time, and none while the page is hidden. */
async function watch(): Promise<void> {
  if (document.visibilityState === "visible") await load();
  setTimeout(() => void watch(), EVERY_MS);
}

document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible") void load();
});
await watch();
