// `npm run eval:leases`: plays afternoons with little quota left under each policy, and prints how often agents met the
// wall, what that cost, what was done and what was learned. SEEDS says how many of each mix. Prints, asserts nothing.
import { printTable } from "../harness/print-table.ts";
import { createGatePolicy, createHeadroomPolicy, createLeasePolicy } from "./lease-policies.ts";
import { type Afternoon, type Day, jobClasses, type Policy, playDay, toTrueMean } from "./play-agents.ts";
import { playMonth } from "./play-month.ts";
import { createRandom } from "./random.ts";

export const policies: Readonly<Record<string, () => Policy>> = {
  "today's gate": createGatePolicy,
  "headroom's rule": createHeadroomPolicy,
  "headroom, reserve 20": () => createHeadroomPolicy({ freeze: 20 }),
  leases: createLeasePolicy,
};

const minute = 60_000;
const usual: Day = { agents: 8, usedPercent: 80, killShare: 0, chatPoints: 0, pollMs: minute, killsAtStart: 0 };
export const days: Readonly<Record<string, Day>> = {
  "8 agents": usual,
  "8, chats": { ...usual, chatPoints: 4 },
  "8, one killed": { ...usual, killsAtStart: 1 },
  "8, 10 % killed": { ...usual, killShare: 0.1 },
  "8, from 20 %": { ...usual, usedPercent: 20 },
  "16, chats": { ...usual, agents: 16, chatPoints: 4 },
  "32 agents": { ...usual, agents: 32, usedPercent: 60 },
  "64, chats, kills": { ...usual, agents: 64, usedPercent: 40, chatPoints: 4, killShare: 0.05 },
};

export function playSeeds(day: Day, create: () => Policy, seeds: number): Afternoon[] {
  return Array.from({ length: seeds }, (_value, seed) => playDay(day, create, createRandom(seed + 1)));
}

export function toMean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}

function toLine(name: string, played: readonly Afternoon[]) {
  const learned = jobClasses.map((each) => {
    const known = played.map(({ learned: { [each]: points } }) => points).filter((points) => points !== undefined);
    return known.length === 0 ? "-" : toMean(known).toFixed(2);
  });
  return {
    policy: name,
    "hit %": Math.round(100 * toMean(played.map(({ hasHit }) => (hasHit ? 1 : 0)))),
    lost: toMean(played.map(({ lost }) => lost)).toFixed(2),
    jobs: toMean(played.map(({ done }) => done)).toFixed(1),
    "done s/m/b": jobClasses.map((each) => toMean(played.map(({ doneBy }) => doneBy[each])).toFixed(1)).join("/"),
    points: toMean(played.map(({ donePoints }) => donePoints)).toFixed(1),
    "handed over": toMean(played.map(({ handedOver }) => handedOver)).toFixed(2),
    "learned s/m/b": learned.join("/"),
    "longest wait, min": Math.round(toMean(played.map(({ longestWaitMs }) => longestWaitMs)) / minute),
  };
}

if (process.argv[1]?.endsWith("eval/leases.ts")) {
  const seeds = Number(process.env["SEEDS"] ?? 200);
  console.log(`true means s/m/b: ${jobClasses.map((name) => toTrueMean(name).toFixed(2)).join("/")}`);
  for (const [title, day] of Object.entries(days)) {
    if (process.env["ONLY"] && !title.includes(process.env["ONLY"])) continue;
    printTable(
      `\n${title} (${seeds} afternoons, ${100 - day.usedPercent} % left)`,
      Object.entries(policies).map(([name, create]) => toLine(name, playSeeds(day, create, seeds))),
    );
  }
  const months = Array.from({ length: Number(process.env["MONTHS"] ?? 10) }, (_value, seed) => playMonth(seed + 1));
  printTable(
    `\nWho used how much, over ${months.length} months with known truth (shares in %)`,
    (months[0] ?? []).map(({ name, window }, index) => {
      const each = months.flatMap((month) => month[index] ?? []);
      const toPercent = (values: readonly number[]) => (100 * toMean(values)).toFixed(1);
      return {
        class: name,
        window,
        truth: toPercent(each.map(({ share }) => share)),
        said: toPercent(each.map(({ attributed }) => attributed)),
        "mean error": toPercent(each.map(({ error }) => error)),
        "largest error": (100 * Math.max(...each.map(({ error }) => error))).toFixed(1),
      };
    }),
  );
}
