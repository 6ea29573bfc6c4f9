// What the controls of the options page say, as settings: a field that cannot be read keeps its last good value and
// gets a sentence. Pure.

import { quietHoursSchema, thresholdsSchema } from "../../shared/notices/wishes.ts";
import { labelSchema } from "../../shared/protocol.ts";
import { type Settings, settingsSchema } from "../settings.ts";
import { parseRowChoice } from "./choices.ts";

/** As it stands in the controls. */
export type Typed = {
  badgeRow: string;
  badgeWindow: string;
  warning: string;
  critical: string;
  notices: Settings["notices"];
  quietHours: Settings["quietHours"];
  label: string;
  theme: string;
};
export type Field = "warning" | "critical" | "quietHours" | "label";
export type Errors = Partial<Record<Field, string>>;

export function decideSettings(before: Settings, typed: Typed): { settings: Settings; errors: Errors } {
  const errors = toErrors(typed);
  const { warning, critical, quietHours } = typed;
  const label = typed.label.trim();
  const settings = settingsSchema.parse({
    badgeRow: parseRowChoice(typed.badgeRow),
    badgeWindow: typed.badgeWindow === "" ? null : typed.badgeWindow,
    thresholds:
      errors.warning || errors.critical ? before.thresholds : { warning: Number(warning), critical: Number(critical) },
    notices: typed.notices,
    quietHours: errors.quietHours ? { ...before.quietHours, isOn: quietHours.isOn } : quietHours,
    label: errors.label ? before.label : label || null,
    theme: typed.theme,
  });
  return { settings, errors };
}

function toErrors({ warning, critical, quietHours, label }: Typed): Errors {
  return {
    ...toThresholdErrors(warning, critical),
    ...toQuietError(quietHours),
    ...(label.trim() !== "" && !labelSchema.safeParse(label.trim()).success && { label: labelWords }),
  };
}

const percentWords = "Enter a whole number from 1 to 100.";
const labelWords = "Use at most 24 letters (A to Z), digits, spaces, dots and dashes.";

function toThresholdErrors(warning: string, critical: string): Errors {
  const isPercent = (text: string) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= 100;
  if (!isPercent(warning)) return { warning: percentWords };
  if (!isPercent(critical)) return { critical: percentWords };
  const isOrdered = thresholdsSchema.safeParse({ warning: Number(warning), critical: Number(critical) }).success;
  return isOrdered ? {} : { critical: "Enter more than the warning threshold." };
}

function toQuietError(quietHours: Settings["quietHours"]): Errors {
  const { from, until } = quietHoursSchema.parse(quietHours);
  if (from !== quietHours.from || until !== quietHours.until) return { quietHours: "Enter two times of day." };
  return from === until ? { quietHours: "Enter two different times." } : {};
}
