// The hours in which nobody is told anything, by the clock on the wall.
import { expect, test } from "vitest";
import { isQuiet } from "../../../shared/notices/quiet-hours.ts";

const night = { from: "22:00", until: "08:00" };
const noon = { from: "12:00", until: "13:30" };

test.each([
  { hours: night, at: "21:59", quiet: false },
  { hours: night, at: "22:00", quiet: true },
  { hours: night, at: "23:59", quiet: true },
  { hours: night, at: "00:00", quiet: true },
  { hours: night, at: "07:59", quiet: true },
  { hours: night, at: "08:00", quiet: false },
  { hours: noon, at: "11:59", quiet: false },
  { hours: noon, at: "12:00", quiet: true },
  { hours: noon, at: "13:29", quiet: true },
  { hours: noon, at: "13:30", quiet: false },
  { hours: { from: "08:00", until: "08:00" }, at: "08:00", quiet: false },
])("from $hours.from until $hours.until, $at: $quiet", ({ hours, at, quiet }) => {
  const [hour = 0, minute = 0] = at.split(":").map(Number);
  const atMs = new Date(2026, 10, 20, hour, minute).getTime();
  expect(isQuiet({ isOn: true, ...hours }, atMs)).toBe(quiet);
  expect(isQuiet({ isOn: false, ...hours }, atMs)).toBe(false);
});
