// What a proxy is told to do with refused requests, by whoever starts it: in its arguments, as JSON.
import * as z from "zod/mini";

export const waitRulesSchema = z.object({
  /** The longest time for which a turn is held; null holds none. */
  hold_ms: z.nullable(z.int().check(z.gte(0))),
  /** From the reset to the first turn that goes on, and over how long the others follow. */
  grace_ms: z.int().check(z.gte(0)),
  spread_ms: z.int().check(z.gte(0)),
  /** Throttles and overloads are asked again here, before the client hears of them. */
  smooth: z.boolean(),
});
export type WaitRules = z.infer<typeof waitRulesSchema>;

/** What the proxy of a run tells its parent whenever it changes: the next moment at which a held turn goes on. */
export const heldMessageSchema = z.object({ held: z.int().check(z.gte(0)), until: z.nullable(z.int()) });
export type HeldMessage = z.infer<typeof heldMessageSchema>;
