// What is typed in the options page and what becomes of it.
import { describe, expect, test } from "vitest";
import { decideSettings, type Errors, type Typed } from "../../../extension/options/decide-settings.ts";
import { initialSettings, type Settings } from "../../../extension/settings.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../../shared/wire-examples.ts";

const untouched: Typed = {
  badgeRow: "",
  badgeWindow: "",
  warning: "80",
  critical: "95",
  notices: initialSettings.notices,
  quietHours: initialSettings.quietHours,
  label: "",
  theme: "auto",
};

test("an untouched page is what was there before", () => {
  expect(decideSettings(initialSettings, untouched)).toEqual({ settings: initialSettings, errors: {} });
});

describe("what can be read is taken", () => {
  test.each<[string, Partial<Typed>, Partial<Settings>]>([
    [
      "a row",
      { badgeRow: `${ORG_UUID} ${ACCOUNT_UUID}` },
      { badgeRow: { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID } },
    ],
    ["a window", { badgeWindow: "five_hour" }, { badgeWindow: "five_hour" }],
    ["both thresholds", { warning: "1", critical: "100" }, { thresholds: { warning: 1, critical: 100 } }],
    [
      "quiet hours",
      { quietHours: { isOn: true, from: "23:00", until: "05:00" } },
      { quietHours: { isOn: true, from: "23:00", until: "05:00" } },
    ],
    ["a label, trimmed", { label: "  my work " }, { label: "my work" }],
    ["a label of blanks, as none", { label: "  " }, { label: null }],
    ["a theme", { theme: "dark" }, { theme: "dark" }],
  ])("%s", (_name, typed, changed) => {
    const decided = decideSettings(initialSettings, { ...untouched, ...typed });
    expect(decided).toEqual({ settings: { ...initialSettings, ...changed }, errors: {} });
  });
});

describe("what can not be read keeps its last good value, and the rest is taken", () => {
  const percent = "Enter a whole number from 1 to 100.";
  test.each<[string, Partial<Typed>, Errors]>([
    ["an empty warning", { warning: "" }, { warning: percent }],
    ["a warning of 0", { warning: "0" }, { warning: percent }],
    ["half a percent", { critical: "90.5" }, { critical: percent }],
    ["more than everything", { critical: "101" }, { critical: percent }],
    ["a critical not above the warning", { critical: "80" }, { critical: "Enter more than the warning threshold." }],
    ["no time", { quietHours: { isOn: false, from: "", until: "08:00" } }, { quietHours: "Enter two times of day." }],
    [
      "one time twice",
      { quietHours: { isOn: false, from: "08:00", until: "08:00" } },
      { quietHours: "Enter two different times." },
    ],
    [
      "a label with a comma",
      { label: "work, home" },
      { label: "Use at most 24 letters (A to Z), digits, spaces, dots and dashes." },
    ],
  ])("%s", (_name, typed, errors) => {
    const decided = decideSettings(initialSettings, { ...untouched, ...typed, theme: "dark" });
    expect(decided).toEqual({ settings: { ...initialSettings, theme: "dark" }, errors });
  });
});
