// When a waiting guard looks again.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decideWakeMs } from "../../../../bridge/cli/guard/decide-step.ts";
import { MINUTE, now, SECOND } from "../rows.ts";

const wake = (more: Partial<Parameters<typeof decideWakeMs>[0]>) =>
  decideWakeMs({
    nowMs: now,
    share: 0,
    isFirst: false,
    releaseMs: null,
    resumeMs: undefined,
    fetchedMs: undefined,
    ...more,
  }) - now;

describe("the next look", () => {
  test.each([
    { name: "is a minute away when nothing is known", times: {}, inMs: MINUTE },
    { name: "is when it is this pane's turn", times: { releaseMs: now + 7 * SECOND }, inMs: 7 * SECOND },
    { name: "is a minute away when the turn is further", times: { releaseMs: now + 5 * MINUTE }, inMs: MINUTE },
    {
      name: "is at the reset when that is the first sleep",
      times: { resumeMs: now + 3 * SECOND, isFirst: true },
      inMs: 3 * SECOND,
    },
    { name: "is half a minute away at least after that", times: { resumeMs: now + 3 * SECOND }, inMs: 31 * SECOND },
    { name: "is at the reset within the minute", times: { resumeMs: now + 45 * SECOND }, inMs: 45 * SECOND },
    {
      name: "leaves room for the last sleep before a reset",
      times: { resumeMs: now + 70 * SECOND },
      inMs: 35 * SECOND,
    },
    { name: "does not care for a reset in the past", times: { resumeMs: now - 1 }, inMs: MINUTE },
    { name: "is just after the browser's next reading", times: { fetchedMs: now - 20 * SECOND }, inMs: 42 * SECOND },
    {
      name: "is after the one then when the next is too near",
      times: { fetchedMs: now - 50 * SECOND },
      inMs: 36 * SECOND,
    },
    {
      name: "keeps the rhythm of readings that stopped",
      times: { fetchedMs: now - 20 * SECOND - 60 * MINUTE },
      inMs: 42 * SECOND,
    },
    { name: "is this pane's own", times: { fetchedMs: now - 20 * SECOND, share: 0.5 }, inMs: 47 * SECOND },
  ])("$name", ({ times, inMs }) => {
    expect(wake(times)).toBe(inMs);
  });

  test("is never more than a minute nor less than half a minute away, but for the first and the turn", () => {
    const moment = fc.option(fc.integer({ min: -10_000_000, max: 300_000_000 }), { nil: undefined });
    const share = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
    fc.assert(
      fc.property(moment, moment, share, (resume, fetched, part) => {
        const resumeMs = resume === undefined ? undefined : now + resume;
        const fetchedMs = fetched === undefined ? undefined : now + fetched;
        const inMs = wake({ resumeMs, fetchedMs, share: part });
        expect(inMs).toBeGreaterThanOrEqual(30_000);
        expect(inMs).toBeLessThanOrEqual(60_000);
      }),
      { numRuns: 2_000 },
    );
  });
});
