// Looks on demand: who joins which look, and how it ends for everybody.
import { beforeEach, describe, expect, test } from "vitest";
import {
  createRequestLook,
  LOOK_EVERY_MS,
  type Looker,
  type RequestLook,
} from "../../../bridge/daemon/look-requests.ts";
import type { PollState } from "../../../shared/poll-state.ts";
import { waitFor } from "../../harness/wait-for.ts";
import { ACCOUNT_UUID, INSTALL_UUID, ORG_UUID } from "../../shared/wire-examples.ts";

const row = { org_uuid: ORG_UUID, account_uuid: ACCOUNT_UUID };

let end: (state: PollState | undefined) => void;
let looks: number;
let nowMs: number;
/** How long those wait that need a newer look, and what ends it. */
let pauses: { ms: number; end: () => void }[];
let looker: Looker | undefined;
let requestLook: RequestLook;

beforeEach(() => {
  nowMs = 1_000_000;
  looks = 0;
  pauses = [];
  looker = {
    install: INSTALL_UUID,
    look: () => {
      looks += 1;
      return new Promise((resolve) => {
        end = resolve;
      });
    },
  };
  requestLook = createRequestLook({
    findLooker: () => looker,
    now: () => nowMs,
    sleep: (ms) =>
      new Promise((resolve) => {
        pauses.push({ ms, end: resolve });
      }),
  });
});

async function lookOnce(): Promise<void> {
  const outcome = requestLook(row);
  end("ok");
  await outcome;
}

describe("how a look ends", () => {
  test("without a browser on the line nobody waits", async () => {
    looker = undefined;
    expect(await requestLook(row)).toEqual({ kind: "no-browser" });
  });

  test.each([
    ["ok", { kind: "read" }],
    ["rate-limited", { kind: "failed", state: "rate-limited" }],
    [undefined, { kind: "no-answer" }],
  ] as const)("%s", async (state, outcome) => {
    const asked = requestLook(row);
    end(state);
    expect(await asked).toEqual(outcome);
  });
});

describe("one look is enough for", () => {
  test("fifty that ask at once", async () => {
    const asked = Array.from({ length: 50 }, () => requestLook(row));
    end("ok");
    expect(new Set((await Promise.all(asked)).map(({ kind }) => kind))).toEqual(new Set(["read"]));
    expect(looks).toBe(1);
  });

  test("whoever asks within ten seconds of its begin", async () => {
    await lookOnce();
    nowMs += LOOK_EVERY_MS - 1;
    expect(await requestLook(row)).toEqual({ kind: "read" });
    expect(looks).toBe(1);
  });

  test("whoever asks while it is slow", async () => {
    const first = requestLook(row);
    nowMs += LOOK_EVERY_MS + 5_000;
    const second = requestLook(row);
    end("ok");
    expect(await Promise.all([first, second])).toEqual([{ kind: "read" }, { kind: "read" }]);
    expect(looks).toBe(1);
  });
});

describe("another look is made for", () => {
  test("whoever asks later", async () => {
    await lookOnce();
    nowMs += LOOK_EVERY_MS;
    await lookOnce();
    expect(looks).toBe(2);
  });

  test("those that need one newer than the last, ten seconds after it and once for all", async () => {
    await lookOnce();
    nowMs += 1_000;
    const newer = Promise.all([requestLook(row, nowMs), requestLook(row, nowMs)]);
    const [pause, ...others] = await waitFor(
      () => pauses,
      (all) => all.length > 0,
    );
    expect([pause?.ms, others.length, looks]).toEqual([LOOK_EVERY_MS - 1_000, 0, 1]);
    nowMs += LOOK_EVERY_MS - 1_000;
    pause?.end();
    await waitFor(
      () => looks,
      (count) => count === 2,
    );
    end("ok");
    expect(await newer).toEqual([{ kind: "read" }, { kind: "read" }]);
  });

  test("whoever asks after the clock was set back", async () => {
    await lookOnce();
    nowMs = 1;
    await lookOnce();
    expect(looks).toBe(2);
  });
});
