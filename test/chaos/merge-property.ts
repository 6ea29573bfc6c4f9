// Browsers look, switch their account, send late, twice and in another order, and the bridge restarts between: after each
// command it knows what the oracle says, and the same posts in any order give the same.
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { emptyState } from "../../bridge/daemon/merge.ts";
import { toStatus } from "../../bridge/daemon/to-status.ts";
import { anyCommands } from "./merge-commands.ts";
import { createHeard, createModel, expectRight, hear, mergeTold } from "./merge-model.ts";
import { createRandom } from "./random.ts";

/** The second value is the chance by which the posts are shuffled. */
export const mergeProperty = fc.property(anyCommands, fc.nat(), (commands, chance) => {
  const model = createModel();
  fc.modelRun(() => ({ model, real: { state: emptyState } }), commands);
  const { told, nowMs } = model;
  const heard = createHeard();
  for (const each of told) hear(heard, each, nowMs);
  const inOrder = told.reduce((state, each) => mergeTold(state, each, nowMs), emptyState);
  const shuffled = shuffle([...told, ...told], chance).reduce(
    (state, each) => mergeTold(state, each, nowMs),
    emptyState,
  );
  expectRight(inOrder, heard, nowMs);
  if (!isDeepStrictEqual(toStatus(shuffled, nowMs), toStatus(inOrder, nowMs))) throw new Error("the order matters");
});

function shuffle<T>(list: readonly T[], chance: number): T[] {
  const random = createRandom(`${chance}`);
  const ordered = list.map((each) => ({ each, order: random.int(0, 1_000_000) }));
  return ordered.toSorted((a, b) => a.order - b.order).map(({ each }) => each);
}
