// Sends batches, and splits one that is refused whole down to the snapshots for which it is: these hold up nobody.
import type { Acknowledgement } from "../shared/protocol.ts";
import type { Answered } from "./bridge.ts";
import type { Waiting } from "./queue.ts";

/** 400: a body that cannot be read. 413: too large. 500: a defect, which the content may have led to. */
const ofContent: readonly number[] = [400, 413, 500];

export type Sender = {
  post: (snapshots: readonly Waiting[]) => Promise<Answered<Acknowledgement>>;
  onAnswered: (snapshots: readonly Waiting[], answer: Acknowledgement) => Promise<void>;
  /** This one alone is refused, with this status. */
  onRefused: (entry: Waiting, status: number) => Promise<void>;
};

/** Undefined when all were sent, else what came in between. */
export async function sendBatches(
  batches: readonly (readonly Waiting[])[],
  { post, onAnswered, onRefused }: Sender,
): Promise<Exclude<Answered<unknown>, { kind: "answered" }> | undefined> {
  // Also an empty post says something: how the last poll went.
  const queue = batches.length > 0 ? [...batches] : [[]];
  let isEnvelopeTaken = false;
  for (let batch = queue.shift(); batch !== undefined; batch = queue.shift()) {
    const answer = await post(batch);
    if (answer.kind === "answered") {
      isEnvelopeTaken = true;
      await onAnswered(batch, answer.value);
      continue;
    }
    if (answer.kind !== "refused" || !ofContent.includes(answer.status) || batch.length === 0) return answer;
    // Otherwise each would be found guilty of what is wrong with all that goes with it.
    isEnvelopeTaken ||= (await post([])).kind === "answered";
    if (!isEnvelopeTaken) return answer;
    const [only] = batch;
    if (only && batch.length === 1) await onRefused(only, answer.status);
    else queue.unshift(batch.slice(0, batch.length / 2), batch.slice(batch.length / 2));
  }
  return undefined;
}
