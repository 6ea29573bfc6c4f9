// The circuit breaker of --resume.
import { describe, expect, test } from "vitest";
import { formatRestartLimit, isRestartAllowed, parseRestartLimit } from "../../../../bridge/cli/run/restart-limit.ts";

const MINUTE_MS = 60_000;

describe("the option", () => {
  test.each(["3/h", "1/m", "20/d", "0/h"])("%s is read and written the same", (text) => {
    expect(formatRestartLimit(parseRestartLimit(text))).toBe(text);
  });
  test.each(["", "3", "3/", "/h", "3/w", "3 /h", "-1/h", "3.5/h", "99999/h", "3/hour"])("%j is refused", (text) => {
    expect(() => parseRestartLimit(text)).toThrow("--max-restarts");
  });
});

describe("three an hour", () => {
  const limit = parseRestartLimit("3/h");
  const at = (...minutes: number[]) => minutes.map((minute) => minute * MINUTE_MS);

  test.each([
    { name: "the first", restarts: at(), next: 0, allowed: true },
    { name: "the third", restarts: at(0, 1), next: 2, allowed: true },
    { name: "not the fourth", restarts: at(0, 1, 2), next: 3, allowed: false },
    { name: "not within the hour of the first", restarts: at(0, 1, 2), next: 59, allowed: false },
    { name: "the fourth, once the first is an hour old", restarts: at(0, 1, 2), next: 60, allowed: true },
    { name: "any number, five hours apart", restarts: at(0, 300, 600, 900, 1200), next: 1500, allowed: true },
  ])("$name", ({ restarts, next, allowed }) => {
    expect(isRestartAllowed(restarts, next * MINUTE_MS, limit)).toBe(allowed);
  });
});
