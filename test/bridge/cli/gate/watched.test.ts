// Which window a model's name means.
import { expect, test } from "vitest";
import { isModel } from "../../../../bridge/cli/gate/watched.ts";

const opus = { id: "seven_day_opus", model: "Opus" };
const opus48 = { id: "scoped:opus-4-8", model: "Opus 4.8" };
const fable = { id: "scoped:fable", model: "Fable" };
const localised = { id: "scoped:xb38f9", model: "寓話" };
const unnamed = { id: "scoped:unnamed", model: null };

test.each([
  { window: opus, wanted: "opus", is: true },
  { window: opus, wanted: "OPUS", is: true },
  { window: opus, wanted: "seven_day_opus", is: true },
  { window: opus, wanted: "claude-opus-4-8", is: true },
  { window: opus, wanted: "opus[1m]", is: true },
  { window: opus, wanted: "sonnet", is: false },
  { window: opus, wanted: "op", is: false },
  { window: opus, wanted: "opusplan", is: false },
  { window: opus48, wanted: "opus", is: true },
  { window: opus48, wanted: "Opus 4.8", is: true },
  { window: opus48, wanted: "claude-opus-4-8-20261001", is: true },
  { window: opus48, wanted: "claude-opus-4-7", is: false },
  { window: fable, wanted: "fable", is: true },
  { window: fable, wanted: "scoped:fable", is: true },
  { window: fable, wanted: "table", is: false },
  { window: localised, wanted: "寓話", is: true },
  { window: localised, wanted: "fable", is: false },
  { window: unnamed, wanted: "opus", is: false },
  { window: unnamed, wanted: "unnamed", is: true },
  { window: opus, wanted: "-", is: false },
  { window: opus, wanted: "", is: false },
])("$wanted and $window.id: $is", ({ window, wanted, is }) => {
  expect(isModel(window, wanted)).toBe(is);
});
