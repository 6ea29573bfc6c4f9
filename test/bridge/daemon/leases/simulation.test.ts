// A few of the afternoons that `npm run eval:leases` plays: leases keep agents off the wall, and keep them at work.
import { expect, it } from "vitest";
import { days, playSeeds, policies, toMean } from "../../../eval/leases.ts";
import { jobClasses, toTrueMean } from "../../../eval/play-agents.ts";

const SEEDS = 15;

function play(title: string, policy: string) {
  const day = days[title];
  const create = policies[policy];
  if (!day || !create) throw new Error(`no day ${title}, or no policy ${policy}`);
  const played = playSeeds(day, create, SEEDS);
  return {
    played,
    hits: played.filter(({ hasHit }) => hasHit).length,
    points: toMean(played.map(({ donePoints }) => donePoints)),
    jobs: toMean(played.map(({ done }) => done)),
  };
}

it("meets the wall almost never where today's gate nearly always does", () => {
  expect(play("8 agents", "today's gate").hits).toBeGreaterThan(SEEDS / 2);
  expect(play("8 agents", "leases").hits).toBeLessThanOrEqual(1);
});

it("does as much as reservations that never learn what was seen, and more after kills", () => {
  expect(play("8 agents", "leases").jobs).toBeGreaterThan(0.95 * play("8 agents", "headroom's rule").jobs);
  expect(play("8, 10 % killed", "leases").jobs).toBeGreaterThan(1.3 * play("8, 10 % killed", "headroom's rule").jobs);
});

it("learns what jobs cost while several sizes run together", () => {
  const { played } = play("8, from 20 %", "leases");
  for (const name of jobClasses) {
    const learned = toMean(played.map(({ learned: { [name]: points } }) => points ?? 0));
    expect(Math.abs(learned / toTrueMean(name) - 1)).toBeLessThan(0.25);
  }
});
