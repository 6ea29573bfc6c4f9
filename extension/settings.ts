// What the user chose in the options page, in browser.storage.local. What cannot be read there is as if never chosen,
// each field by itself.
import browser from "webextension-polyfill";
import * as z from "zod/mini";
import { noticesSchema, quietHoursSchema, thresholdsSchema, usualThresholds } from "../shared/notices/wishes.ts";
import { labelSchema } from "../shared/protocol.ts";
import { rowIdSchema } from "../shared/row-id.ts";
import { windowIdSchema } from "../shared/usage-window.ts";

const KEY = "settings";

export const settingsSchema = z.object({
  /** Null: of all rows the fullest. */
  badgeRow: z.catch(z.nullable(rowIdSchema), null),
  /** A window's id; null: the one that binds. */
  badgeWindow: z.catch(z.nullable(windowIdSchema), null),
  thresholds: z.catch(thresholdsSchema, usualThresholds),
  notices: z.catch(noticesSchema, noticesSchema.parse({})),
  quietHours: z.catch(quietHoursSchema, quietHoursSchema.parse({})),
  /** Tells this browser profile from another one of the same browser; null: none. */
  label: z.catch(z.nullable(labelSchema), null),
  theme: z.catch(z.enum(["auto", "light", "dark"]), "auto"),
});
export type Settings = z.infer<typeof settingsSchema>;

export const initialSettings: Settings = settingsSchema.parse({});

export async function readSettings(): Promise<Settings> {
  const stored = await browser.storage.local.get(KEY);
  return parseSettings(stored[KEY]);
}

export async function writeSettings(settings: Settings): Promise<void> {
  await browser.storage.local.set({ [KEY]: settings });
}

/** Calls back with what was chosen last, on whichever page. */
export function onSettings(listener: (settings: Settings) => void): void {
  browser.storage.local.onChanged.addListener((changes) => {
    const change = changes[KEY];
    if (change) listener(parseSettings(change.newValue));
  });
}

export function parseSettings(value: unknown): Settings {
  return settingsSchema.safeParse(value).data ?? initialSettings;
}
