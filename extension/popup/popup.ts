// The popup: shows what storage holds and repaints when it changes or a second passes.
import "../no-eval.ts";
import { selectRecent, summarizeAgents } from "../agents/agent-words.ts";
import { fetchAgents } from "../ask-as-page.ts";
import { sendMessage } from "../messages.ts";
import type { MeterState } from "../meter-state.ts";
import { onSettings, readSettings } from "../settings.ts";
import { SIGN_IN_STEP_MS } from "../sign-in-watch.ts";
import { onMeterState, readMeterState } from "../storage.ts";
import { ensureTheme } from "../theme.ts";
import { getElement } from "./element.ts";
import { listenForCode, needsCode } from "./pair-form.ts";
import { renderLink, renderNotice } from "./render-notice.ts";
import { renderRow } from "./render-row.ts";
import { fetchSeen, nothingSeen } from "./seen.ts";

/** A bridge bounds how often one browser may ask. */
const AGENTS_EVERY_MS = 10_000;

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
  // A worker that died meanwhile must not leave a button that nobody can press.
  await sendMessage({ ask: "refresh" }).catch(() => {});
  button.textContent = "Refresh";
  button.removeAttribute("disabled");
}

async function see(): Promise<void> {
  seen = await fetchSeen(Date.now());
  render();
}

/** Who opens the popup to sign in should not have to press anything afterwards. */
function askForSignIn(): void {
  if (state.poll.state === "signed-out") void sendMessage({ ask: "sign-in" });
}

/** Nothing while nobody runs anything, or the bridge does not say. */
async function seeAgents(): Promise<void> {
  const answer = await fetchAgents();
  const nowMs = Date.now();
  const words = answer.kind === "answered" ? summarizeAgents(selectRecent(answer.value.agents, nowMs), nowMs) : "";
  getElement("agents").textContent = words;
  getElement("agents").hidden = words === "";
}

/** A look changes the state several times; the bridge has something new to say of new readings only. */
function toMoments({ rows, link }: MeterState): string {
  return JSON.stringify([link.state, rows.map((row) => row.fetched_at)]);
}

onMeterState((next) => {
  const isNew = toMoments(next) !== toMoments(state);
  state = next;
  render();
  renderStatus();
  if (isNew) void see();
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
setInterval(() => void seeAgents(), AGENTS_EVERY_MS);
setInterval(askForSignIn, SIGN_IN_STEP_MS);
void see();
void seeAgents();
await sendMessage({ ask: "catch-up" });
