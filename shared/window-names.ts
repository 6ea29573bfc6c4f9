// What a window is called and whom it binds, as far as its id tells.
import type { UsageWindow } from "./usage-window.ts";

export type WindowNames = Pick<UsageWindow, "label" | "model" | "scope">;

/** Top-level windows of the usage body with a known meaning. All other objects of the same shape go by their own name. */
export const legacyWindows: Record<string, WindowNames> = {
  five_hour: { label: "5-hour", model: null, scope: "account" },
  seven_day: { label: "Weekly", model: null, scope: "account" },
  seven_day_oauth_apps: { label: "Weekly, OAuth apps", model: null, scope: "account" },
  seven_day_opus: { label: "Weekly, Opus", model: "Opus", scope: "model" },
  seven_day_sonnet: { label: "Weekly, Sonnet", model: "Sonnet", scope: "model" },
  seven_day_overage_included: { label: "Weekly, Fable", model: "Fable", scope: "model" },
  seven_day_cowork: { label: "Weekly, Cowork", model: null, scope: "surface" },
  seven_day_omelette: { label: "Weekly, Design", model: null, scope: "surface" },
};

export function toWindowNames(id: string): WindowNames {
  const legacy = Object.hasOwn(legacyWindows, id) ? legacyWindows[id] : undefined;
  if (legacy) return legacy;
  const [kind, name] = id.split(":");
  if (kind === "scoped" && name) return { label: `Weekly, ${toWords(name)}`, model: toWords(name), scope: "model" };
  return { label: toWords(id), model: null, scope: "account" };
}

function toWords(id: string): string {
  const words = id.replaceAll(/[_:-]+/g, " ").trim() || "unnamed";
  return words[0]?.toUpperCase() + words.slice(1);
}
