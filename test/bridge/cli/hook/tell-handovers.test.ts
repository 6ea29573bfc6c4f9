// What a new session hears of those that a limit stopped in its folder.
import { expect, test } from "vitest";
import { formatHandovers } from "../../../../bridge/cli/hook/tell-handovers.ts";
import { createHandover, SESSION } from "../../../shared/handover-examples.ts";

const NOW_MS = Date.parse("2026-11-27T16:00:00.000Z");

test("one, with its limit, what is left, and how to take it over", () => {
  expect(formatHandovers([createHandover()], NOW_MS)).toMatch(
    new RegExp(
      `^1 session in this folder was stopped by a usage limit and not resumed:\n- the 5-hour window, reset \\d\\d:35, 3 todos left: take it over with \`claude --resume ${SESSION}\`$`,
    ),
  );
});

test("of many the newest, and where the others are", () => {
  const words = formatHandovers(
    Array.from({ length: 5 }, () => createHandover()),
    NOW_MS,
  );
  expect(words?.split("\n")).toHaveLength(5);
  expect(words).toMatch(/\n- 2 more: `claude-meter handovers`$/);
});

test("none is no word", () => {
  expect(formatHandovers([], NOW_MS)).toBeUndefined();
});
