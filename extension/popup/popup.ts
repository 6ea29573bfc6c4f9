// The popup: shows what storage holds and repaints when it changes or a second passes.
import "../no-eval.ts";
import { selectRecent, summarizeAgents } from "../agents/agent-words.ts";
import { fetchAgents } from "../ask-as-page.ts";
import { sendMessage } from "../messages.ts";
import type { MeterState } from "../meter-state.ts";
import { onSettings, readSettings } from "../settings.ts";
import { onMeterState, readMeterState } from "../storage.ts";
import { ensureTheme } from "../theme.ts";
import { getElement } from "./element.ts";
import { listenForCode, needsCode } from "./pair-form.ts";
import { renderLink, renderNotice } from "./render-notice.ts";
import { renderRow } from "./render-row.ts";
import { fetchSeen, nothingSeen } from "./seen.ts";

await ensureTheme();
let settings = await readSettings();
let state: MeterState = await readMeterState();
let seen = nothingSeen;

function render(): void {
  const nowMs = Date.now();
  getElement("rows").replaceChildren(
    ...state.rows.map((row) => renderRow(row, { thresholds: settings.thresholds, seen }, nowMs)),
  );
  getElement("link").replaceChildren(renderLink(state));
  getElement("pair").hidden = !needsCode(state.link);
}

/** Apart from the rows: a live region must change only when its words do, or a screen reader repeats it each second. */
function renderStatus(): void {
  getElement("notice").replaceChildren(...renderNotice(state, Date.now()));
}

async function refresh(): Promise<void> {
  const button = getElement("refresh");
  button.setAttribute("disabled", "");
  button.textContent = "Reading…";
  await sendMessage({ ask: "refresh" });
  button.textContent = "Refresh";
  button.removeAttribute("disabled");
}

async function see(): Promise<void> {
  seen = await fetchSeen(Date.now());
  render();
}

/** Nothing while nobody runs anything, or the bridge does not say. */
async function seeAgents(): Promise<void> {
  const answer = await fetchAgents();
  const nowMs = Date.now();
  const words = answer.kind === "answered" ? summarizeAgents(selectRecent(answer.value.agents, nowMs), nowMs) : "";
  getElement("agents").textContent = words;
  getElement("agents").hidden = words === "";
}

onMeterState((next) => {
  state = next;
  render();
  renderStatus();
  void see();
  void seeAgents();
});
onSettings((next) => {
  settings = next;
  render();
});
listenForCode();
getElement("refresh").addEventListener("click", () => void refresh());
render();
renderStatus();
setInterval(render, 1000);
void see();
void seeAgents();
await sendMessage({ ask: "catch-up" });
