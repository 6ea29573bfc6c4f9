// Which moment "resets 3pm" means, in every zone and on the days when the clocks change.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ANY_AHEAD_MS, parseResetMs, SESSION_AHEAD_MS } from "../../../../bridge/cli/limit/reset-time.ts";
import { toMoments, toZonedTime } from "../../../../bridge/cli/limit/zoned-time.ts";

function read(now: string, text: string, timeZone = "UTC", maxAheadMs = ANY_AHEAD_MS): string | undefined {
  const ms = parseResetMs(text, { nowMs: Date.parse(now), timeZone, maxAheadMs });
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(":00.000Z", "Z");
}

describe("every form that Claude Code prints", () => {
  test.each([
    ["2026-11-20T10:00Z", "3pm", "2026-11-20T15:00Z"],
    ["2026-11-20T10:00Z", "3:45pm", "2026-11-20T15:45Z"],
    ["2026-11-20T10:00Z", "12:00am", "2026-11-21T00:00Z"],
    ["2026-11-20T10:00Z", "12pm", "2026-11-20T12:00Z"],
    ["2026-11-20T10:00Z", "9am", "2026-11-21T09:00Z"],
    ["2026-11-20T10:00Z", "15:45", "2026-11-20T15:45Z"],
    ["2026-11-20T10:00Z", "3PM (utc)", "2026-11-20T15:00Z"],
    ["2026-11-20T10:00Z", "1am (America/Los_Angeles)", "2026-11-21T09:00Z"],
    ["2026-08-26T19:02Z", "11pm (Asia/Nicosia)", "2026-08-26T20:00Z"],
    ["2026-11-20T10:00Z", "Mon 12:00am", "2026-11-23T00:00Z"],
    ["2026-11-20T10:00Z", "Fri 9am", "2026-11-27T09:00Z"],
    ["2026-11-20T10:00Z", "Fri 11am", "2026-11-20T11:00Z"],
    ["2026-11-20T10:00Z", "Thursday at 4:00am (Europe/Berlin)", "2026-11-26T03:00Z"],
    ["2026-06-08T10:00Z", "Jun 11, 4am (UTC)", "2026-06-11T04:00Z"],
    ["2026-09-14T10:00Z", "Sep 16 at 9pm (Asia/Manila)", "2026-09-16T13:00Z"],
    ["2026-12-29T10:00Z", "Jan 2, 4am (UTC)", "2027-01-02T04:00Z"],
    ["2026-12-29T10:00Z", "Jan 2, 2027, 4am (UTC)", "2027-01-02T04:00Z"],
    ["2026-08-08T10:00Z", "2026-08-09 00:00 UTC", "2026-08-09T00:00Z"],
    ["2026-11-20T10:00Z", "3pm tomorrow", "2026-11-21T15:00Z"],
    ["2026-11-20T10:00Z", "3pm tomorrow (UTC)", "2026-11-21T15:00Z"],
    ["2026-11-20T10:00Z", "3pm (Europe/Berlin) on Nov 27", "2026-11-27T14:00Z"],
    ["2026-11-20T10:00Z", "27 Nov, 3pm", "2026-11-27T15:00Z"],
    ["2026-11-20T10:00Z", "Fri, 27 Nov 2026, 3pm", "2026-11-27T15:00Z"],
    ["2026-11-20T10:00Z", "midnight", "2026-11-21T00:00Z"],
    ["2026-11-20T10:00Z", "noon (America/New_York)", "2026-11-20T17:00Z"],
    ["2026-11-20T10:00Z", "11/27/2026, 3:45 PM", "2026-11-27T15:45Z"],
    ["2026-11-20T10:00Z", "11/27/2026, 3:45:00 PM", "2026-11-27T15:45Z"],
    ["2026-11-20T10:00Z", "27/11/2026 15:45", "2026-11-27T15:45Z"],
    ["2026-08-01T10:00Z", "Aug 8", "2026-08-08T00:00Z"],
    ["2026-08-01T10:00Z", "2026-08-09 (Europe/Berlin)", "2026-08-08T22:00Z"],
    ["2026-11-20T10:00Z", "Monday", "2026-11-23T00:00Z"],
    ["2025-07-21T05:00Z", "|1753077600", "2025-07-21T06:00Z"],
  ])("at %s, %j is %s", (now, text, moment) => {
    expect(read(now, text)).toBe(moment);
  });
});

describe("a message without a zone is in the machine's own", () => {
  test.each([
    ["America/New_York", "2026-11-20T20:00Z"],
    ["Asia/Kolkata", "2026-11-21T09:30Z"],
    ["Pacific/Auckland", "2026-11-21T02:00Z"],
    ["Asia/Kathmandu", "2026-11-21T09:15Z"],
    ["Pacific/Kiritimati", "2026-11-21T01:00Z"],
  ])("3pm in %s is %s", (timeZone, moment) => {
    expect(read("2026-11-20T15:30Z", "3pm", timeZone)).toBe(moment);
  });
});

describe("a day alone begins when it has begun both here and in UTC", () => {
  test.each([
    ["America/New_York", "2026-08-08T04:00Z"],
    ["Asia/Tokyo", "2026-08-08T00:00Z"],
  ])("Aug 8 in %s is %s", (timeZone, moment) => {
    expect(read("2026-08-01T10:00Z", "Aug 8", timeZone)).toBe(moment);
  });
});

describe("the days when the clocks change", () => {
  test.each([
    ["Europe/Berlin goes forward", "2026-03-29T00:30Z", "3am (Europe/Berlin)", "2026-03-29T01:00Z"],
    ["the skipped hour is the one behind it", "2026-03-29T00:30Z", "2:30am (Europe/Berlin)", "2026-03-29T01:30Z"],
    ["the evening after", "2026-03-29T00:30Z", "11pm (Europe/Berlin)", "2026-03-29T21:00Z"],
    ["an hour that comes twice is the later one", "2026-10-24T23:00Z", "2:30am (Europe/Berlin)", "2026-10-25T01:30Z"],
    ["also in the middle of it", "2026-10-25T00:45Z", "2:30am (Europe/Berlin)", "2026-10-25T01:30Z"],
    ["New York goes forward", "2026-03-08T05:00Z", "3am (America/New_York)", "2026-03-08T07:00Z"],
    ["New York goes back", "2026-11-01T04:30Z", "1:30am (America/New_York)", "2026-11-01T06:30Z"],
    ["the morning after it", "2026-11-01T04:30Z", "8am (America/New_York)", "2026-11-01T13:00Z"],
    ["Lord Howe moves by half an hour", "2026-10-03T14:00Z", "2:45am (Australia/Lord_Howe)", "2026-10-03T15:45Z"],
    ["Casablanca pauses its summer time", "2027-02-06T20:00Z", "8am (Africa/Casablanca)", "2027-02-07T08:00Z"],
    ["a weekday across the change", "2026-10-23T10:00Z", "Mon 12:00am (Europe/Berlin)", "2026-10-25T23:00Z"],
    ["São Paulo has none any more", "2026-11-01T02:00Z", "12am (America/Sao_Paulo)", "2026-11-01T03:00Z"],
    ["Apia is a day ahead", "2026-11-20T10:00Z", "Sat 1am (Pacific/Apia)", "2026-11-20T12:00Z"],
  ])("%s", (_name, now, text, moment) => {
    expect(read(now, text)).toBe(moment);
  });
});

describe("a session is at most five hours away", () => {
  test.each([
    ["2026-11-20T10:00Z", "3pm", "2026-11-20T15:00Z"],
    ["2026-11-20T10:00Z", "3:05pm", "2026-11-20T15:05Z"],
    ["2026-11-20T10:00Z", "4pm", undefined],
    ["2026-11-20T15:02Z", "3pm", "2026-11-20T15:00Z"],
    ["2026-11-20T15:20Z", "3pm", undefined],
    ["2026-11-20T23:30Z", "2am", "2026-11-21T02:00Z"],
  ])("at %s, %j is %s", (now, text, moment) => {
    expect(read(now, text, "UTC", SESSION_AHEAD_MS)).toBe(moment);
  });
});

describe("what is no moment stays unknown", () => {
  test.each([
    "3",
    "25:00",
    "13pm",
    "0am",
    "3:60pm",
    "soon",
    "",
    "tomorrow",
    "3pm (Nowhere/Land)",
    "3pm (PT)",
    "Feb 30, 4am",
    "2026-02-30 00:00 UTC",
    "Jan 1, 2019, 4am",
    "|0",
    "|9999999999",
    "3pm and more",
    "3pm (UTC) (UTC)",
  ])("%j", (text) => {
    expect(read("2026-02-20T10:00Z", text)).toBeUndefined();
  });
});

describe("the clock of a zone", () => {
  const zones = ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"];

  test("a moment is among those that its own clock time means", () => {
    fc.assert(
      fc.property(fc.integer({ min: 26_300_000, max: 34_200_000 }), fc.constantFrom(...zones), (minutes, timeZone) => {
        const ms = minutes * 60_000;
        expect(toMoments(toZonedTime(ms, timeZone), timeZone)).toContain(ms);
      }),
      { seed: 5, numRuns: 1500 },
    );
  });

  test("what is read lies ahead, at the clock time that was named", () => {
    const clock = fc.record({ hour: fc.integer({ min: 0, max: 23 }), minute: fc.integer({ min: 0, max: 59 }) });
    fc.assert(
      fc.property(
        fc.integer({ min: 26_300_000, max: 34_200_000 }),
        clock,
        fc.constantFrom(...zones),
        (minutes, { hour, minute }, timeZone) => {
          const nowMs = minutes * 60_000;
          const text = `${hour}:${String(minute).padStart(2, "0")} (${timeZone})`;
          const ms = parseResetMs(text, { nowMs, timeZone: "UTC", maxAheadMs: ANY_AHEAD_MS }) ?? 0;
          expect(ms).toBeGreaterThan(nowMs - 60_000);
          expect(ms - nowMs).toBeLessThanOrEqual(25 * 3_600_000 + 1_800_000);
          const shown = toZonedTime(ms, timeZone);
          const isSkipped = !toMoments({ ...shown, hour, minute }, timeZone).includes(ms);
          if (!isSkipped) expect([shown.hour, shown.minute]).toEqual([hour, minute]);
        },
      ),
      { seed: 6, numRuns: 1500 },
    );
  });
});
