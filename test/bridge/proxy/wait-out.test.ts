// A refused turn on a clock of the test: five hours pass in no time, and what its client sees is told in order.
import { expect, test } from "vitest";
import { createReleaseLine } from "../../../bridge/proxy/release-line.ts";
import { type Outcome, waitOut } from "../../../bridge/proxy/wait-out.ts";
import type { ApiLimit } from "../../../shared/api-limit/decide-api-limit.ts";

const HOUR = 3_600_000;
const START = Date.parse("2026-11-27T12:00:00Z");
const rules = { hold_ms: 6 * HOUR, grace_ms: 30_000, spread_ms: 60_000, smooth: false };

function toLimit(kind: ApiLimit["kind"], endsAtMs: number | null = null): ApiLimit {
  return { kind, window: null, allowed: null, endsAtMs, retryAtMs: endsAtMs, retryOf: null };
}

/** A clock that goes on when everybody waits, to the nearest moment. */
function createClock() {
  let nowMs = START;
  let sleepers: { atMs: number; wake: () => void }[] = [];
  const step = () => {
    const next = Math.min(...sleepers.map(({ atMs }) => atMs));
    if (!Number.isFinite(next)) return;
    nowMs = Math.max(nowMs, next);
    const due = sleepers.filter(({ atMs }) => atMs <= next);
    sleepers = sleepers.filter((each) => !due.includes(each));
    for (const { wake } of due) wake();
  };
  return {
    now: () => nowMs,
    waitUntil: (atMs: number, signal: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        sleepers.push({ atMs, wake: resolve });
        setImmediate(step);
      }),
  };
}

type Told = readonly [atMs: number, what: string];

/** `answer` is what upstream says at a moment: a limit, or undefined for a success. */
function createWorld(answer: (nowMs: number) => ApiLimit | undefined) {
  const clock = createClock();
  const asked: number[] = [];
  const line = createReleaseLine<Outcome<string>>(({ limit }) => limit?.kind === "plan", {
    wait: (ms, signal) => clock.waitUntil(clock.now() + ms, signal),
  });
  const look = (): Outcome<string> => {
    asked.push(clock.now());
    const limit = answer(clock.now());
    return { answer: limit?.kind ?? "success", limit, isRefused: limit !== undefined };
  };
  const play = async (share: number, signal = new AbortController().signal) => {
    const told: Told[] = [];
    const tell = (what: string) => told.push([clock.now() - START, what]);
    await waitOut(
      {
        name: "one",
        isHoldable: () => true,
        ask: async () => look(),
        pass: (words, isLast) => tell(`pass ${words}${isLast ? ", last" : ""}`),
        hold: () => tell("hold"),
        resume: (words) => tell(`resume ${words}`),
        giveUp: (words) => tell(`give up ${words}`),
        signal,
      },
      look(),
      {
        rules,
        line,
        waitUntil: clock.waitUntil,
        onHeld: (untilMs) => tell(untilMs === undefined ? "released" : `until ${untilMs - START}`),
        now: clock.now,
        random: () => share,
      },
    );
    return told;
  };
  return { asked, clock, play };
}

test("a turn that is refused for five hours goes on after them, and upstream was asked once more", async () => {
  const reset = START + 5 * HOUR;
  const world = createWorld((nowMs) => (nowMs < reset ? toLimit("plan", reset) : undefined));
  const goesOn = 5 * HOUR + 30_000;
  expect(await world.play(0)).toEqual([
    [0, "hold"],
    [0, `until ${goesOn}`],
    [goesOn, "resume success"],
    [goesOn, "released"],
  ]);
  expect(world.asked).toEqual([START, START + goesOn]);
});

test("a weekly limit behind the reset of five hours ends the hold, when it is further away than may be waited", async () => {
  const weekly = START + 72 * HOUR;
  const reset = START + HOUR;
  const world = createWorld((nowMs) => toLimit("plan", nowMs < reset ? reset : weekly));
  expect((await world.play(0)).map(([, what]) => what)).toEqual([
    "hold",
    `until ${HOUR + 30_000}`,
    "give up plan",
    "released",
  ]);
});

test("an overload just after the reset does not end the turn", async () => {
  const reset = START + HOUR;
  const world = createWorld((nowMs) => {
    if (nowMs < reset) return toLimit("plan", reset);
    return nowMs < reset + 32_000 ? toLimit("overload") : undefined;
  });
  expect((await world.play(0)).at(-2)).toEqual([HOUR + 33_000, "resume success"]);
});

test("five turns of one credential go on one after the other, however close their moments are", async () => {
  const reset = START + HOUR;
  const world = createWorld((nowMs) => (nowMs < reset ? toLimit("plan", reset) : undefined));
  await Promise.all([0, 0, 0, 0, 0].map((share) => world.play(share)));
  const goneOn = world.asked.filter((atMs) => atMs > reset).map((atMs) => atMs - reset - 30_000);
  expect(goneOn).toEqual([0, 300, 600, 900, 1_200]);
});

test("of five turns that meet the next limit only the first one asks", async () => {
  const reset = START + HOUR;
  const next = START + 3 * HOUR;
  const world = createWorld((nowMs) =>
    nowMs < reset ? toLimit("plan", reset) : nowMs < next ? toLimit("plan", next) : undefined,
  );
  await Promise.all([0, 0, 0, 0, 0].map((share) => world.play(share)));
  expect(world.asked.filter((atMs) => atMs > reset && atMs < next)).toHaveLength(1);
  expect(world.asked.filter((atMs) => atMs > next)).toHaveLength(5);
});

test("a client that goes ends its hold, and nothing is asked for it", async () => {
  const world = createWorld(() => toLimit("plan", START + HOUR));
  const gone = new AbortController();
  const played = world.play(0, gone.signal);
  gone.abort();
  await expect(played).rejects.toThrow("aborted");
  expect(world.asked).toHaveLength(1);
});
