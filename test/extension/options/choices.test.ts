// What can be chosen for the badge.
import { expect, test } from "vitest";
import { parseRowChoice, toRowChoice, toRowChoices, toWindowChoices } from "../../../extension/options/choices.ts";
import { initialSettings } from "../../../extension/settings.ts";
import { ACCOUNT_UUID, createShown, createUsageWindow, ORG_UUID } from "../../shared/wire-examples.ts";

const OTHER_ORG = "00000000-0000-4000-8000-0000000000b2";
const acme = createShown({ windows: [createUsageWindow(), createUsageWindow({ id: "seven_day", label: "Weekly" })] });
const own = createShown({ org_uuid: OTHER_ORG, org_name: "user@example.com's Organization" });
const row = { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID };

test("rows are named, with the e-mail where the name does not tell it", () => {
  expect(toRowChoices([acme, own], null).map(({ text }) => text)).toEqual([
    "Automatic (fullest account)",
    "Example · user@example.com",
    "user@example.com",
  ]);
});

test("each window is offered once, of the chosen row only", () => {
  const toLabels = (badgeRow: typeof row | null) =>
    toWindowChoices([acme, own], { ...initialSettings, badgeRow }).map(({ text }) => text);
  expect(toLabels(null)).toEqual(["Automatic (fullest account-wide limit)", "5-hour", "Weekly"]);
  expect(toLabels({ ...row, org_uuid: OTHER_ORG })).toEqual(["Automatic (fullest account-wide limit)", "5-hour"]);
});

test("a choice that is gone stays chosen and says so", () => {
  expect(toRowChoices([own], row).at(-1)).toEqual({
    value: toRowChoice(row),
    text: "Chosen earlier, not available now",
  });
  const windows = toWindowChoices([own], { ...initialSettings, badgeWindow: "seven_day" });
  expect(windows.at(-1)).toEqual({ value: "seven_day", text: "Chosen earlier, not available now" });
});

test.each([row, { org_uuid: ORG_UUID, account_uuid: null }, null])("a row's choice is read back: %j", (each) => {
  expect(parseRowChoice(toRowChoice(each))).toEqual(each);
});
