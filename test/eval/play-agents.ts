// Agents of one account in virtual time: jobs of three sizes, some killed, chats from elsewhere, a wall at 100 %, and a
// policy that lets jobs begin. A morning to learn from, then an afternoon that begins with little left.
import type { Random } from "./random.ts";

export const classes = {
  small: { points: 0.6, minutes: 5 },
  middle: { points: 2, minutes: 15 },
  big: { points: 5, minutes: 40 },
} as const;
export type JobClass = keyof typeof classes;
export const jobClasses = ["small", "middle", "big"] as const satisfies readonly JobClass[];

export type Reading = { percent: number; resetsMs: number; observedMs: number };

/** What decides about jobs; all moments are epoch milliseconds of the played day. */
export type Policy = {
  /** False: try again after a while. */
  mayBegin: (id: string, name: JobClass, nowMs: number) => boolean;
  onEnd: (id: string, how: "done" | "killed" | "handed-over", nowMs: number) => void;
  onReading: (reading: Reading) => void;
  /** Told to hand over. */
  isBraked: (id: string) => boolean;
  /** Kept in a queue: asked again at each step, and not by luck. */
  isQueue: boolean;
  readLearned: (name: JobClass) => number | undefined;
};

export type Day = {
  agents: number;
  /** Used at the begin of the afternoon. */
  usedPercent: number;
  killShare: number;
  /** Points an hour while somebody chats. */
  chatPoints: number;
  pollMs: number;
  /** Kills before the afternoon begins: their holders are gone from then on. */
  killsAtStart: number;
};

export type Afternoon = {
  /** Jobs were cut by the wall. */
  hasHit: boolean;
  /** Points that had gone into them. */
  lost: number;
  done: number;
  doneBy: Readonly<Record<JobClass, number>>;
  donePoints: number;
  handedOver: number;
  longestWaitMs: number;
  learned: Readonly<Record<JobClass, number | undefined>>;
};

type Job = { id: string; name: JobClass; pointsPerMs: number; endMs: number; killMs: number; spent: number };
type Agent = { job: Job | undefined; wanted: JobClass | undefined; wantedMs: number; nextMs: number; tries: number };

const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const MORNING_MS = 5 * HOUR_MS;
const AFTERNOON_MS = 2.5 * HOUR_MS;
/** The afternoon goes on past its reset. */
const EVENING_MS = 0.5 * HOUR_MS;
/** Of two periods. The morning's agents: enough to learn from, too few for the wall. */
const MORNING_AGENTS = 3;
const SPREAD = 0.4;
export const START_MS = Date.UTC(2026, 4, 4, 8);

export function playDay(day: Day, createPolicy: () => Policy, random: Random): Afternoon {
  const policy = createPolicy();
  const afternoonMs = START_MS + MORNING_MS;
  const resetMs = afternoonMs + AFTERNOON_MS;
  const endMs = resetMs + EVENING_MS;
  const doneBy = { small: 0, middle: 0, big: 0 };
  const result = { hasHit: false, lost: 0, done: 0, doneBy, donePoints: 0, handedOver: 0, longestWaitMs: 0 };
  let used = 0;
  let periodEndMs = START_MS + MORNING_MS / 2;
  let chatUntilMs = 0;
  let chatNextMs = START_MS + exponential(random, HOUR_MS / 2);
  let serial = 0;
  let killsLeft = day.killsAtStart;
  let agents = createAgents(MORNING_AGENTS, START_MS, random);

  for (let nowMs = START_MS; nowMs < endMs; nowMs += STEP_MS) {
    const isAfternoon = nowMs >= afternoonMs;
    if (nowMs === afternoonMs) {
      agents = [...agents, ...createAgents(day.agents - MORNING_AGENTS, nowMs, random)];
      used = day.usedPercent;
      periodEndMs = resetMs;
    }
    if (nowMs === periodEndMs) {
      used = 0;
      periodEndMs = isAfternoon ? nowMs + 5 * HOUR_MS : afternoonMs;
    }
    if (nowMs >= chatNextMs) {
      chatUntilMs = nowMs + exponential(random, 20 * MINUTE_MS);
      chatNextMs = chatUntilMs + exponential(random, HOUR_MS);
    }
    if (nowMs < chatUntilMs) used += (day.chatPoints * STEP_MS) / HOUR_MS;
    for (const agent of agents) {
      if (!agent.job) continue;
      used += agent.job.pointsPerMs * STEP_MS;
      agent.job.spent += agent.job.pointsPerMs * STEP_MS;
    }
    // The morning is only there to learn from: it never meets the wall.
    if (used >= 100 && isAfternoon) {
      result.hasHit ||= agents.some(({ job }) => job !== undefined);
      for (const agent of agents) {
        if (!agent.job) continue;
        result.lost += agent.job.spent;
        finish(agent, "done", nowMs);
        agent.nextMs = periodEndMs + MINUTE_MS;
      }
      used = 100;
    }
    if ((nowMs - START_MS) % day.pollMs === 0) {
      policy.onReading({ percent: Math.round(Math.min(used, 100)), resetsMs: periodEndMs, observedMs: nowMs });
    }
    for (const agent of agents) step(agent, nowMs, isAfternoon && nowMs < resetMs);
  }
  const learned = {
    small: policy.readLearned("small"),
    middle: policy.readLearned("middle"),
    big: policy.readLearned("big"),
  };
  return { ...result, learned };

  function step(agent: Agent, nowMs: number, counts: boolean): void {
    const { job } = agent;
    if (job) {
      const isEarlyKill = counts && killsLeft > 0 && nowMs > afternoonMs + 2 * MINUTE_MS;
      if (isEarlyKill) killsLeft -= 1;
      if (isEarlyKill || nowMs >= job.killMs) finish(agent, "killed", nowMs);
      else if (nowMs >= job.endMs) {
        if (counts) {
          result.done += 1;
          doneBy[job.name] += 1;
          result.donePoints += job.spent;
        }
        finish(agent, "done", nowMs);
      } else if (policy.isBraked(job.id)) {
        if (counts) result.handedOver += 1;
        finish(agent, "handed-over", nowMs);
      }
      return;
    }
    if (nowMs < agent.nextMs) return;
    if (!agent.wanted) {
      agent.wanted = chooseClass(random);
      agent.wantedMs = nowMs;
      serial += 1;
      agent.tries = serial;
    }
    const id = String(agent.tries);
    if (!policy.mayBegin(id, agent.wanted, nowMs)) {
      agent.nextMs = policy.isQueue ? nowMs + STEP_MS : nowMs + exponential(random, 2 * MINUTE_MS);
      return;
    }
    if (isAfternoonWish(agent)) noteWait(Math.min(nowMs, resetMs) - agent.wantedMs);
    agent.job = createJob(id, agent.wanted, nowMs, day.killShare, random);
    agent.wanted = undefined;
  }

  function finish(agent: Agent, how: "done" | "killed" | "handed-over", nowMs: number): void {
    if (!agent.job) return;
    policy.onEnd(agent.job.id, how, nowMs);
    agent.job = undefined;
    agent.nextMs = nowMs + exponential(random, 2 * MINUTE_MS);
  }

  function isAfternoonWish({ wantedMs }: Agent): boolean {
    return wantedMs >= afternoonMs && wantedMs < resetMs;
  }

  function noteWait(waitedMs: number): void {
    result.longestWaitMs = Math.max(result.longestWaitMs, waitedMs);
  }
}

function createAgents(count: number, nowMs: number, random: Random): Agent[] {
  return Array.from({ length: count }, () => {
    return {
      job: undefined,
      wanted: undefined,
      wantedMs: nowMs,
      nextMs: nowMs + random.next() * 2 * MINUTE_MS,
      tries: 0,
    };
  });
}

/** Long jobs use more, and no two of one class are equal. */
function createJob(id: string, name: JobClass, nowMs: number, killShare: number, random: Random): Job {
  const size = random.normal();
  const points = classes[name].points * Math.exp(SPREAD * size);
  const lengthMs = classes[name].minutes * MINUTE_MS * Math.exp(SPREAD * (0.7 * size + 0.7 * random.normal()));
  const killMs = random.next() < killShare ? nowMs + random.next() * lengthMs : Number.POSITIVE_INFINITY;
  return { id, name, pointsPerMs: points / lengthMs, endMs: nowMs + lengthMs, killMs, spent: 0 };
}

function chooseClass(random: Random): JobClass {
  return jobClasses[Math.floor(random.next() * jobClasses.length)] ?? "small";
}

function exponential(random: Random, meanMs: number): number {
  return -Math.log(1 - random.next()) * meanMs;
}

/** The mean of a class, which lies above its usual job. */
export function toTrueMean(name: JobClass): number {
  return classes[name].points * Math.exp(SPREAD ** 2 / 2);
}
