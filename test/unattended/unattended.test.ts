// The cases that tell most, in a Chromium with nobody at it and no DevTools: there the worker is ended after 30 seconds,
// which is why numbers got lost. `npm run unattended` plays the whole matrix.
import { describe, expect } from "vitest";
import { test } from "../harness/test.ts";
import { type Case, canPlayApart, playApart, type Seen, toTotal } from "./case.ts";

const SECONDS = 130;
/** From the sign-in to a row of each organisation. */
const MAX_WAIT_SECONDS = 120;

type Told = { name: string; wanted: Case; most: Partial<ReturnType<typeof toTotal>> };

const cases: Told[] = [
  {
    name: "five organisations, and every answer takes eight seconds",
    wanted: { organisations: 5, delaySeconds: 8, seconds: SECONDS },
    most: { account: 4, usage: 15 },
  },
  {
    name: "five organisations whose overage hangs",
    wanted: { organisations: 5, delaySeconds: 0, part: "overage", failure: "hang", seconds: SECONDS },
    most: { account: 4, usage: 15, overage: 15, subscription: 5 },
  },
  {
    name: "a 429 for the overage alone",
    wanted: { organisations: 1, delaySeconds: 0, part: "overage", failure: "rate-limited", seconds: SECONDS },
    most: { account: 4, usage: 3, overage: 1, subscription: 1 },
  },
  {
    name: "an account that hangs",
    wanted: { organisations: 3, delaySeconds: 2, part: "account", failure: "hang", seconds: SECONDS },
    most: { account: 4, usage: 9, overage: 3, subscription: 3 },
  },
];

function expectRead({ organisations, odd }: Case, seen: Seen): void {
  expect(seen.allSeconds, JSON.stringify(seen)).not.toBeNull();
  expect((seen.allSeconds ?? 0) - seen.signedInSeconds).toBeLessThan(MAX_WAIT_SECONDS);
  // And goes on; the large one was given up.
  const counts = Object.values(seen.readings);
  expect(counts).toHaveLength(organisations);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(odd === "large" ? 1 : 2);
}

describe.runIf(canPlayApart()).concurrent("with nobody at the browser", () => {
  test.for(cases)("$name: every usage is read each minute, and nobody asked too often", async ({ wanted, most }) => {
    const seen = await playApart(wanted);
    expectRead(wanted, seen);
    const total = toTotal(seen);
    for (const [part, count] of Object.entries(most)) {
      expect(total, JSON.stringify(seen)).toHaveProperty(part);
      expect(Object.entries(total).find(([each]) => each === part)?.[1]).toBeLessThanOrEqual(count);
    }
  });

  test("a usage that fails for all is asked less and less", async () => {
    const seen = await playApart({
      organisations: 3,
      delaySeconds: 0,
      part: "usage",
      failure: "rate-limited",
      seconds: SECONDS,
    });
    expect(seen.firstSeconds).toBeNull();
    expect(toTotal(seen)).toMatchObject({ usage: 3, overage: 0, subscription: 0 });
  });

  test.for(["deep", "large"] as const)("a reading that is too %s holds up none behind it", async (odd) => {
    const wanted: Case = { organisations: 1, delaySeconds: 0, odd, seconds: SECONDS };
    const seen = await playApart(wanted);
    expectRead(wanted, seen);
    // What is nested as deeply as the extension reads, the bridge reads as well.
    expect(seen.refused).toBe(odd === "deep" ? 0 : 1);
  });

  test("a sign-in in an open page of claude.ai is noticed within ten seconds", async () => {
    const seen = await playApart({ organisations: 1, delaySeconds: 0, signsInAfter: 40, seconds: 60 });
    expect(seen.firstSeconds).not.toBeNull();
    expect((seen.firstSeconds ?? 0) - seen.signedInSeconds).toBeLessThan(10);
  });
});
