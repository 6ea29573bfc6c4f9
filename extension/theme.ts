// Light or dark, as the user chose it: read by theme.css from <html data-theme>.
import { onSettings, readSettings, type Settings } from "./settings.ts";

/** Shows the page in the chosen theme, and follows when another is chosen. */
export async function ensureTheme(): Promise<void> {
  onSettings(renderTheme);
  renderTheme(await readSettings());
}

function renderTheme({ theme }: Settings): void {
  document.documentElement.dataset["theme"] = theme;
}
