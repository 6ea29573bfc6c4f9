// The controls of the options page: filled from settings, read back as typed, with what is wrong beside each.
import { getElement } from "../popup/element.ts";
import type { Settings } from "../settings.ts";
import { type Choice, toRowChoice } from "./choices.ts";
import type { Errors, Field, Typed } from "./decide-settings.ts";

const fields = ["warning", "critical", "quietHours", "label"] as const satisfies readonly Field[];

export function renderSettings({ thresholds, notices, quietHours, ...settings }: Settings): void {
  getSelect("badge-row").value = toRowChoice(settings.badgeRow);
  getSelect("badge-window").value = settings.badgeWindow ?? "";
  getInput("warning").value = String(thresholds.warning);
  getInput("critical").value = String(thresholds.critical);
  getInput("notices-on").checked = notices.isOn;
  getInput("notices-warning").checked = notices.warning;
  getInput("notices-critical").checked = notices.critical;
  getInput("notices-reset").checked = notices.reset;
  getInput("quiet-on").checked = quietHours.isOn;
  getInput("quiet-from").value = quietHours.from;
  getInput("quiet-until").value = quietHours.until;
  getInput("label").value = settings.label ?? "";
  getInput(`theme-${settings.theme}`).checked = true;
}

export function readTyped(): Typed {
  return {
    badgeRow: getSelect("badge-row").value,
    badgeWindow: getSelect("badge-window").value,
    warning: getInput("warning").value,
    critical: getInput("critical").value,
    notices: {
      isOn: getInput("notices-on").checked,
      warning: getInput("notices-warning").checked,
      critical: getInput("notices-critical").checked,
      reset: getInput("notices-reset").checked,
    },
    quietHours: {
      isOn: getInput("quiet-on").checked,
      from: getInput("quiet-from").value,
      until: getInput("quiet-until").value,
    },
    label: getInput("label").value,
    theme: document.querySelector<HTMLInputElement>("[name=theme]:checked")?.value ?? "auto",
  };
}

/** Each sentence beside the controls that name it in aria-describedby. */
export function renderErrors(errors: Errors): void {
  for (const field of fields) {
    const place = getElement(`${field}-error`);
    place.textContent = errors[field] ?? "";
    for (const control of document.querySelectorAll(`[aria-describedby~="${place.id}"]`)) {
      control.setAttribute("aria-invalid", String(errors[field] !== undefined));
    }
  }
}

/** Made anew only when they differ: a list that is open would close. */
export function renderChoices(id: "badge-row" | "badge-window", choices: readonly Choice[], chosen: string): void {
  const select = getSelect(id);
  const options = choices.map(({ value, text }) => new Option(text, value));
  const isSame =
    options.length === select.length && options.every((each, i) => each.isEqualNode(select.options[i] ?? null));
  if (!isSame) select.replaceChildren(...options);
  select.value = chosen;
}

export function getInput(id: string): HTMLInputElement {
  const element = getElement(id);
  if (!(element instanceof HTMLInputElement)) throw new Error(`#${id} is no input`);
  return element;
}

function getSelect(id: string): HTMLSelectElement {
  const element = getElement(id);
  if (!(element instanceof HTMLSelectElement)) throw new Error(`#${id} is no select`);
  return element;
}
