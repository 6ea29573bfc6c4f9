// The options page: what is changed is saved at once, and what changes elsewhere shows here.
import "../no-eval.ts";
import { openDatabase } from "../database.ts";
import { ensureInstall } from "../identity.ts";
import { toLeadWords } from "../leads.ts";
import { createElement, getElement } from "../popup/element.ts";
import { listenForCode, needsCode } from "../popup/pair-form.ts";
import { renderLink } from "../popup/render-notice.ts";
import { onSettings, readSettings, writeSettings } from "../settings.ts";
import { onMeterState, readMeterState } from "../storage.ts";
import { ensureTheme } from "../theme.ts";
import { toRowChoice, toRowChoices, toWindowChoices } from "./choices.ts";
import { decideSettings } from "./decide-settings.ts";
import { getInput, readTyped, renderChoices, renderErrors, renderSettings } from "./form.ts";
import { listenForPermissions, renderPermissions, requestNotifications } from "./permissions.ts";

const SAID_MS = 2_500;

await ensureTheme();
let settings = await readSettings();
let state = await readMeterState();
let silence: ReturnType<typeof setTimeout> | undefined;

function renderState(): void {
  renderChoices("badge-row", toRowChoices(state.rows, settings.badgeRow), toRowChoice(settings.badgeRow));
  renderChoices("badge-window", toWindowChoices(state.rows, settings), settings.badgeWindow ?? "");
  getElement("link").replaceChildren(renderLink(state));
  getElement("leads").replaceChildren(...toLeadWords(state, Date.now()).map((text) => createElement("li", { text })));
  getElement("pair").hidden = !needsCode(state.link);
}

function render(): void {
  renderState();
  renderSettings(settings);
  void renderPermissions(settings.notices.isOn);
}

async function save(control: EventTarget | null): Promise<void> {
  // First of all: Chrome asks the user only while their click is fresh.
  const isRefused =
    control === getInput("notices-on") && getInput("notices-on").checked && !(await requestNotifications());
  if (isRefused) getInput("notices-on").checked = false;
  const decided = decideSettings(settings, readTyped());
  renderErrors(decided.errors);
  settings = decided.settings;
  renderState();
  await writeSettings(settings);
  await renderPermissions(settings.notices.isOn);
  const isWrong = control instanceof Element && control.getAttribute("aria-invalid") === "true";
  say(isWrong ? "Not saved" : "Saved");
}

function say(word: string): void {
  clearTimeout(silence);
  getElement("saved").textContent = word;
  silence = setTimeout(() => {
    getElement("saved").textContent = "";
  }, SAID_MS);
}

async function renderInstall(): Promise<void> {
  const database = await openDatabase();
  getElement("install").textContent = (await ensureInstall(database)).slice(0, 8);
  database.close();
}

onMeterState((next) => {
  state = next;
  renderState();
});
onSettings((next) => {
  if (JSON.stringify(next) === JSON.stringify(settings)) return;
  settings = next;
  render();
});
listenForPermissions(() => void renderPermissions(settings.notices.isOn));
listenForCode();
getElement("settings").addEventListener("change", ({ target }) => {
  if (!(target instanceof Element && target.closest("form"))) void save(target);
});
render();
await renderInstall();
