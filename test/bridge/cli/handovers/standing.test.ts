// Whether a session went on after the limit, by what its transcript says.
import { expect, test } from "vitest";
import { hasGoneOn } from "../../../../bridge/cli/handovers/standing.ts";

const CUT = "2026-11-27T15:35:18.370Z";
const LATER = "2026-11-27T17:36:00.000Z";
const OWN = "Your claude.ai usage limit has reset. Continue the task you were working on when it was reached.";
const toRow = (type: string, timestamp: string, message: object, more: object = {}) =>
  JSON.stringify({ type, timestamp, message, ...more });
const answer = { model: "claude-opus-5-5", content: [] };

test.each([
  ["an answer of a model", toRow("assistant", LATER, answer), true],
  ["the client's own continuation, not answered yet", toRow("user", LATER, { content: OWN }), true],
  ["what was answered before the limit", toRow("assistant", "2026-11-27T15:35:00.000Z", answer), false],
  ["the limit itself", toRow("assistant", CUT, { model: "<synthetic>" }, { isApiErrorMessage: true }), false],
  ["another failure", toRow("assistant", LATER, answer, { isApiErrorMessage: true }), false],
  ["/exit", toRow("user", LATER, { content: "<command-name>/exit</command-name>" }), false],
  ["a person who quotes the continuation", toRow("user", LATER, { content: `He wrote: ${OWN}` }), false],
  ["a row of bookkeeping", JSON.stringify({ type: "last-prompt", timestamp: LATER }), false],
  ["half a line", toRow("assistant", LATER, answer).slice(5), false],
])("%s", (_name, line, isGoingOn) => {
  expect(hasGoneOn(`{"half\n${line}\n`, Date.parse(CUT))).toBe(isGoingOn);
});
