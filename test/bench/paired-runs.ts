// Times commands as whole processes side by side: A B A B …, so that a machine whose speed drifts drifts for all.
import { spawnSync } from "node:child_process";

export type Command = {
  name: string;
  argv: readonly [string, ...string[]];
  environment?: Record<string, string>;
  /** Its stdin; empty without. */
  input?: string;
};
export type Timing = { name: string; medianMs: number; ratio: number };

/** Medians of `runs` rounds after a warm-up; the ratio is the median of the ratios to the first command, round by round. */
export function measurePaired(commands: readonly Command[], runs: number): Timing[] {
  for (const command of commands) runOnce(command);
  const rounds = Array.from({ length: runs }, () => commands.map(runOnce));
  return commands.map(({ name }, index) => ({
    name,
    medianMs: median(rounds.map((round) => round[index] ?? Number.NaN)),
    ratio: median(rounds.map((round) => (round[index] ?? Number.NaN) / (round[0] ?? Number.NaN))),
  }));
}

function runOnce({ name, argv: [program, ...args], environment, input }: Command): number {
  // An exported NODE_EXTRA_CA_CERTS makes Node 20 start 2.7 times slower, with or without us.
  const { NODE_EXTRA_CA_CERTS, NODE_OPTIONS, ...inherited } = process.env;
  const started = process.hrtime.bigint();
  const env = { ...inherited, ...environment };
  const ended = spawnSync(program, args, { env, input: input ?? "", stdio: ["pipe", "pipe", "pipe"] });
  const elapsedMs = Number(process.hrtime.bigint() - started) / 1e6;
  if (ended.status !== 0)
    throw new Error(`${name} ended with ${ended.status ?? "a signal"}: ${ended.stderr.toString()}`);
  return elapsedMs;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}
