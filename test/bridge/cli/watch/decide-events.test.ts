// What `watch` makes of two looks at the same rows: one line for each thing that happened, none for what did not.
import { expect, test } from "vitest";
import { decideEvents } from "../../../../bridge/cli/watch/decide-events.ts";
import { createInstall } from "../../../shared/wire-examples.ts";
import { at, createRow, HOUR, MINUTE, now, type RowParts, SECOND } from "../rows.ts";

type Looked = RowParts & { nowMs?: number };
const at2h = at(2 * HOUR);
const at7h = at(7 * HOUR);

function decide(before: Looked, after: Looked): string[] {
  const toLook = ({ nowMs = now, ...parts }: Looked) => {
    return { rows: [createRow({ org_name: "Team", ...parts }, nowMs)], installs: [] };
  };
  return decideEvents(toLook(before), toLook(after), false);
}
const window = (utilization: number | null, resets_at: string | null = at2h): Looked => ({
  windows: [{ utilization, resets_at }],
});
/** The same window a good while after its reset. */
const later = (utilization: number, resets_at: string | null): Looked => ({
  ...window(utilization, resets_at),
  nowMs: now + 3 * HOUR,
});

const cases: { name: string; told: string[]; words: string[] }[] = [
  { name: "nothing", told: decide(window(42), window(42)), words: [] },
  { name: "a rise below every threshold", told: decide(window(42), window(79.9)), words: [] },
  { name: "a threshold", told: decide(window(79), window(80)), words: ["Team: 5-hour passed 80 %, is 80 %"] },
  {
    name: "two at once: the higher",
    told: decide(window(79), window(96)),
    words: ["Team: 5-hour passed 95 %, is 96 %"],
  },
  { name: "the limit", told: decide(window(96), window(101)), words: ["Team: 5-hour passed 100 %, is 101 %"] },
  { name: "staying above", told: decide(window(96), window(97)), words: [] },
  { name: "a fall without a reset", told: decide(window(96), window(90)), words: [] },
  { name: "a reset", told: decide(window(96), later(3, at7h)), words: ["Team: 5-hour reset, was 96 %"] },
  {
    name: "a reset into rest",
    told: decide(window(96), later(0, null)),
    words: ["Team: 5-hour reset, was 96 %"],
  },
  {
    name: "an early reset",
    told: decide(window(96), window(3, at7h)),
    words: ["Team: 5-hour reset, was 96 %"],
  },
  { name: "a reset time that jitters", told: decide(window(96), window(96, at(2 * HOUR + SECOND))), words: [] },
  {
    name: "a reset that was passed before it was seen",
    told: decide({ ...window(96), nowMs: now + 3 * HOUR, ageMs: 2 * HOUR }, later(3, at7h)),
    words: ["Team: fresh again", "Team: 5-hour reset, was 96 %"],
  },
  { name: "an unknown value", told: decide(window(96), window(null)), words: [] },
  {
    name: "a row that grew old",
    told: decide({}, { ageMs: 11 * MINUTE }),
    words: ["Team: stale: no new reading for too long"],
  },
  { name: "a new window", told: decide({ windows: [] }, window(99)), words: [] },
];

test.each(cases)("$name", ({ told, words }) => {
  expect(told).toEqual(words);
});

test("a row of another account of the same organisation is another row", () => {
  const [first, second] = [window(10), { ...window(99), account_uuid: null }].map((parts) => createRow(parts));
  if (!first || !second) throw new Error("there are two rows");
  expect(decideEvents({ rows: [first], installs: [] }, { rows: [second], installs: [] }, false)).toEqual([]);
});

test("a browser whose state changes is told, a new one is not", () => {
  const ok = createInstall({ browser: "Arc" });
  const out = createInstall({ browser: "Arc", state: "signed-out" });
  const decideInstalls = (before: readonly (typeof ok)[], after: readonly (typeof ok)[]) =>
    decideEvents({ rows: [], installs: before }, { rows: [], installs: after }, false);
  expect(decideInstalls([ok], [out])).toEqual(["Arc: signed-out"]);
  expect(decideInstalls([out], [ok])).toEqual(["Arc: reading claude.ai again"]);
  expect(decideInstalls([], [out])).toEqual([]);
  expect(decideInstalls([out], [out])).toEqual([]);
});

test("redacted, ids stand for names; a name that acts is only a name", () => {
  const rows = (utilization: number) => [
    createRow({ org_name: "\u001b[2J#(x)", windows: [{ utilization, label: "\u001b[2J" }] }),
  ];
  const [words = ""] = decideEvents({ rows: rows(10), installs: [] }, { rows: rows(99), installs: [] }, false);
  expect(words).not.toMatch(/\p{C}|#\(/u);
  const [redacted] = decideEvents({ rows: rows(10), installs: [] }, { rows: rows(99), installs: [] }, true);
  expect(redacted).toBe(`${createRow().org_uuid}: five_hour passed 95 %, is 99 %`);
});
