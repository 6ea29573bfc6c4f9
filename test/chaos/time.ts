// The machine's clock goes wrong and right again while bridge, browser and gates use it; a computer sleeps over a reset.

import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { hasPassed } from "../harness/has-passed.ts";
import { type Program, startCli } from "../harness/program.ts";
import { send } from "../harness/raw-http.ts";
import { sign, toJsonBytes, toRequest } from "../harness/signed-client.ts";
import { waitFor } from "../harness/wait-for.ts";
import { createPost, createSnapshot, createUsageWindow } from "../shared/wire-examples.ts";
import { readGate } from "./gate.ts";
import { readKnown } from "./ledger.ts";
import { createPlace, type Place } from "./place.ts";
import type { Random } from "./random.ts";
import type { Chaos, Scenario } from "./scenario.ts";

const CLOCK = fileURLToPath(new URL("../harness/clock.mjs", import.meta.url));
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** A browser that is refused asks again with its next poll. */
const MAX_POLLS = 2;
/** The guard is waiting before it, also on a busy machine. */
const NEAR_RESET_MS = 10_000;
/** A guard looks each minute; the rest is for a busy machine. */
const GUARD_LOOKS_MS = 90_000;
/** Less than the quarter of an hour after which the same value is kept again. */
const MINUTES_OF_JITTER = 14;

const steps: readonly { name: string; toOffsetMs: (nowMs: number) => number }[] = [
  { name: "a day ahead", toOffsetMs: () => 24 * HOUR },
  { name: "an hour back", toOffsetMs: () => -HOUR },
  { name: "an hour ahead", toOffsetMs: () => HOUR },
  { name: "a day back", toOffsetMs: () => -24 * HOUR },
  { name: "in 2038", toOffsetMs: (nowMs) => 2 ** 31 * 1000 - nowMs },
  { name: "in 2002", toOffsetMs: (nowMs) => Date.UTC(2002, 0) - nowMs },
];

/** A clock for bridge, browser and gate, which can be set. */
type Clock = { environment: Record<string, string>; set: (offsetMs: number) => Promise<void>; now: () => number };

function createClock(path: string): Clock {
  let offsetMs = 0;
  return {
    environment: { NODE_OPTIONS: `--import=${CLOCK}`, CLOCK_FILE: path },
    set: async (ms) => {
      offsetMs = ms;
      await writeFile(path, String(ms));
    },
    now: () => Date.now() + offsetMs,
  };
}

/** A look of this moment, as the browser's clock has it; how many polls it took until one was kept. */
async function poll(
  { ledger, port }: Place,
  clock: Clock,
  { sequence, utilization, resetInMs = HOUR }: { sequence: number; utilization: number; resetInMs?: number },
) {
  const [browser] = ledger().browsers;
  if (!browser) throw new Error("there are browsers");
  const { install } = browser.credentials;
  for (let polls = 1; polls <= MAX_POLLS; polls += 1) {
    const at = new Date(clock.now()).toISOString();
    const windows = [createUsageWindow({ utilization, resets_at: new Date(clock.now() + resetInMs).toISOString() })];
    const snapshot = createSnapshot({ windows, money: null, fetched_at: at });
    const body = toJsonBytes(
      createPost({ install, poll: { state: "ok", at, retry_at: null }, snapshots: [{ sequence, snapshot }] }),
    );
    const question = { method: "POST", path: "/snapshots", body };
    const { header } = await sign(browser.credentials, port, question, clock.now());
    if ((await send(port, toRequest(port, question, header)))?.status === 200) return;
  }
  throw new Error(`no post was kept in ${MAX_POLLS} polls`);
}

/** Wrong, used for a while, and right again: old is never new, and both times the next poll counts. */
async function stepClock(
  place: Place,
  clock: Clock,
  { offsetMs, random, firstSequence }: { offsetMs: number; random: Random; firstSequence: number },
) {
  const found: string[] = [];
  const values = [random.int(1, 99), random.int(1, 99), random.int(1, 99)] as const;
  const expectGate = async (when: string, wanted: string) => {
    const heard = await readGate(place.home, clock.environment);
    if (heard !== wanted) found.push(`${when} the gate heard "${heard}" and not "${wanted}"`);
  };
  await clock.set(0);
  await poll(place, clock, { sequence: firstSequence, utilization: values[0] });
  await expectGate("before", `go ${values[0]}`);
  await clock.set(offsetMs);
  await expectGate("after the step", "unknown");
  await poll(place, clock, { sequence: firstSequence + 1, utilization: values[1] });
  await expectGate("with the wrong clock", `go ${values[1]}`);
  await clock.set(0);
  await expectGate("when it was right again", "unknown");
  await poll(place, clock, { sequence: firstSequence + 2, utilization: values[2] });
  await expectGate("after the repair", `go ${values[2]}`);
  return found;
}

/** Of a window that is full until soon. */
async function startWaitingGuard(place: Place, clock: Clock, sequence: number): Promise<Program> {
  await clock.set(0);
  await poll(place, clock, { sequence, utilization: 100, resetInMs: NEAR_RESET_MS });
  const guard = startCli(place.home, ["guard", "--grace", "0s", "--spread", "0s"], clock);
  await guard.hasSaid("waiting until");
  return guard;
}

/** Bridge and gate stand still while the window starts again; no gate goes on before somebody has looked. */
async function sleepOverReset(
  place: Place,
  clock: Clock,
  { random, firstSequence }: { random: Random; firstSequence: number },
) {
  const guard = await startWaitingGuard(place, clock, firstSequence);
  guard.kill("SIGSTOP");
  place.signal("SIGSTOP");
  // The whole computer wakes an hour and a half later, past the reset.
  await clock.set(1.5 * HOUR);
  place.signal("SIGCONT");
  const heard = await readGate(place.home, clock.environment);
  await poll(place, clock, { sequence: firstSequence + 1, utilization: random.int(1, 80) });
  guard.kill("SIGCONT");
  const { code, stderr } = await guard.ended;
  return [
    ...(heard === "unknown" ? [] : [`on waking the gate heard "${heard}"`]),
    ...(code === 0 ? [] : [`the waiting guard ended with ${code}: ${stderr}`]),
  ];
}

/** The clock is wrong when a waiting guard looks, and right again: it goes on with the reset, and not before. */
async function stepUnderGuard(
  place: Place,
  clock: Clock,
  { random, firstSequence }: { random: Random; firstSequence: number },
) {
  const guard = await startWaitingGuard(place, clock, firstSequence);
  let hasEnded = false;
  void guard.ended.then(() => {
    hasEnded = true;
  });
  await clock.set(random.pick([-24 * HOUR, -HOUR, HOUR, 24 * HOUR]));
  await hasPassed(NEAR_RESET_MS);
  const heard = await readGate(place.home, clock.environment);
  const hasGone = hasEnded;
  await clock.set(0);
  await poll(place, clock, { sequence: firstSequence + 1, utilization: random.int(1, 80) });
  await waitFor(
    () => hasEnded,
    (ended) => ended,
    GUARD_LOOKS_MS,
  ).finally(() => guard.kill("SIGKILL"));
  const { code, stderr } = await guard.ended;
  return [
    ...(heard === "unknown" ? [] : [`with the wrong clock the gate heard "${heard}"`]),
    ...(hasGone ? ["the guard went on with the wrong clock"] : []),
    ...(code === 0 ? [] : [`the waiting guard ended with ${code}: ${stderr}`]),
  ];
}

/** The same value each minute, with a reset that moves by a second: one point, and a guard that says one line. */
async function jitterReset(clock: Clock, random: Random) {
  const place = await createClockedPlace(clock);
  const utilization = random.int(90, 99);
  let guard: Program | undefined;
  try {
    for (let minute = 0; minute < MINUTES_OF_JITTER; minute += 1) {
      const offsetMs = (minute - MINUTES_OF_JITTER) * MINUTE;
      await clock.set(offsetMs);
      const resetInMs = HOUR - offsetMs + random.int(-1, 1) * 1000;
      await poll(place, clock, { sequence: minute + 1, utilization, resetInMs });
      guard ??= startCli(place.home, ["guard"], clock);
      await guard.hasSaid("waiting until");
    }
    await clock.set(0);
    const { points } = await readKnown(place.home);
    const kept = [...points.values()].map((own) => own.length).join();
    const heard = await readGate(place.home, clock.environment);
    const lines = guard?.stderr().trimEnd().split("\n") ?? [];
    return [
      ...(kept === "1" ? [] : [`${kept} points were kept`]),
      ...(heard === `go ${utilization}` ? [] : [`the gate heard "${heard}"`]),
      ...(lines.length === 1 ? [] : [`the guard said ${lines.join(" / ")}`]),
    ];
  } finally {
    guard?.kill("SIGKILL");
    await place.remove();
  }
}

async function createClockedPlace(clock: Clock): Promise<Place> {
  const place = await createPlace();
  await place.kill();
  await place.start({ environment: clock.environment });
  return place;
}

type Round = { random: Random; firstSequence: number };
type Fault = { name: string; inflict: (place: Place, clock: Clock, round: Round) => Promise<string[]> };

const asleep: Fault = { name: "asleep over a reset", inflict: sleepOverReset };
const stepped = steps.map(
  ({ name, toOffsetMs }): Fault => ({
    name: `the clock ${name}, and right again`,
    inflict: (place, clock, round) => stepClock(place, clock, { ...round, offsetMs: toOffsetMs(Date.now()) }),
  }),
);
const underGuard: Fault = { name: "the clock wrong under a waiting guard, and right again", inflict: stepUnderGuard };
const jittering: Fault = {
  name: "a reset that jitters by a second",
  inflict: (_place, clock, { random }) => jitterReset(clock, random),
};
const faults: readonly Fault[] = [...stepped.slice(0, 2), asleep, jittering, underGuard, ...stepped.slice(2)];

async function run({ goesOn, toRandom, report }: Chaos): Promise<void> {
  const clockFile = join(tmpdir(), `claude-meter-clock-${process.pid}`);
  const clock = createClock(clockFile);
  await clock.set(0);
  const place = await createClockedPlace(clock);
  for (let round = 0; goesOn(round); round += 1) {
    const random = toRandom(round);
    const { name, inflict } = faults[round % faults.length] ?? random.pick(faults);
    try {
      const found = await inflict(place, clock, { random, firstSequence: round * 3 + 1 });
      report.count(name);
      for (const words of found) report.harm("invented", name, `round ${round}: ${words}`);
    } catch (error) {
      report.harm("crashed", name, `round ${round}: ${String(error)}`);
    }
  }
  await place.remove();
  await rm(clockFile);
}

export const time: Scenario = { name: "time", shortRounds: 3, share: 1, run };
