// What was stored as settings and can not be read is as if never chosen, each field by itself.
import { describe, expect, test } from "vitest";
import { initialSettings, parseSettings, type Settings } from "../../extension/settings.ts";
import { ACCOUNT_UUID, ORG_UUID } from "../shared/wire-examples.ts";

const chosen: Settings = {
  badgeRow: { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID },
  badgeWindow: "scoped:fable",
  thresholds: { warning: 50, critical: 60 },
  notices: { isOn: true, warning: false, critical: true, reset: false },
  quietHours: { isOn: true, from: "21:30", until: "06:15" },
  label: "work",
  theme: "dark",
};

test("what was chosen is read again", () => {
  const copy: unknown = JSON.parse(JSON.stringify(chosen));
  expect(parseSettings(copy)).toEqual(chosen);
});

test.each([undefined, null, 7, "x", [], {}])("%j is nothing chosen", (stored) => {
  expect(parseSettings(stored)).toEqual(initialSettings);
});

test("nothing chosen: the fullest binding limit, no notification, no quiet hours, no label", () => {
  expect(initialSettings).toMatchObject({
    badgeRow: null,
    badgeWindow: null,
    thresholds: { warning: 80, critical: 95 },
    notices: { isOn: false },
    quietHours: { isOn: false },
    label: null,
    theme: "auto",
  });
});

describe("a bad field costs only itself", () => {
  test.each<[string, Record<string, unknown>, Partial<Settings>]>([
    ["a row without a uuid", { badgeRow: { org_uuid: "x", account_uuid: null } }, { badgeRow: null }],
    ["a window with a blank", { badgeWindow: "five hour" }, { badgeWindow: null }],
    [
      "a warning above critical",
      { thresholds: { warning: 90, critical: 80 } },
      { thresholds: { warning: 80, critical: 95 } },
    ],
    ["equal thresholds", { thresholds: { warning: 90, critical: 90 } }, { thresholds: { warning: 80, critical: 95 } }],
    ["a threshold of 0", { thresholds: { warning: 0, critical: 90 } }, { thresholds: { warning: 80, critical: 95 } }],
    [
      "a threshold over 100",
      { thresholds: { warning: 80, critical: 101 } },
      { thresholds: { warning: 80, critical: 95 } },
    ],
    [
      "a wish that is no yes or no",
      { notices: { ...chosen.notices, warning: "yes" } },
      { notices: { ...chosen.notices, warning: true } },
    ],
    [
      "a time that is none",
      { quietHours: { ...chosen.quietHours, from: "24:00" } },
      { quietHours: { ...chosen.quietHours, from: "22:00" } },
    ],
    ["a label with a comma", { label: "work, home" }, { label: null }],
    ["an unknown theme", { theme: "sepia" }, { theme: "auto" }],
  ])("%s", (_name, bad, instead) => {
    expect(parseSettings({ ...chosen, ...bad })).toEqual({ ...chosen, ...instead });
  });
});
