// What the proxy has told of API keys and refusals, kept durable in limits.json.
import { join } from "node:path";
import { type Limits, type LimitsPost, limitsSchema } from "../../../shared/api-limit/limits.ts";
import { parseJson } from "../../../shared/json.ts";
import { writePrivateFile } from "../../state/private-files.ts";
import { createTurns } from "../in-turn.ts";
import type { Log } from "../log.ts";
import { readOrSetAside } from "../read-or-set-aside.ts";
import { Refusal } from "../refusal.ts";
import { mergeLimits, noLimits } from "./merge-limits.ts";

const LIMITS_FILE = "limits.json";

export type LimitKeeper = {
  read: () => Limits;
  /** Resolves when it is durable; throws Refusal "disk-full" when it could not be written. */
  ingest: (post: LimitsPost) => Promise<void>;
  settle: () => Promise<void>;
};

export type LimitKeeperOptions = { folder: string; now: () => number; log: Log };

export async function openLimitKeeper({ folder, now, log }: LimitKeeperOptions): Promise<LimitKeeper> {
  const parse = (text: string) => limitsSchema.parse(parseJson(text));
  let limits = (await readOrSetAside({ folder, name: LIMITS_FILE, parse, now, log })) ?? noLimits;
  const inTurn = createTurns();
  return {
    read: () => limits,
    ingest: (post) =>
      inTurn(async () => {
        const next = mergeLimits(limits, post, now());
        try {
          await writePrivateFile(join(folder, LIMITS_FILE), `${JSON.stringify(next)}\n`);
        } catch (error) {
          throw new Refusal("disk-full", { cause: error });
        }
        limits = next;
      }),
    settle: inTurn.settled,
  };
}
