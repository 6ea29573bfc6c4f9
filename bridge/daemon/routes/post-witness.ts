// POST /witness, on the socket only: what Claude Code showed to its status line, from a CLI of the same user.
import { parseJson } from "../../../shared/json.ts";
import { type WitnessPost, type WitnessReply, witnessPostSchema } from "../../../shared/witness.ts";
import type { Meter } from "../meter.ts";
import { Refusal } from "../refusal.ts";
import type { Handler } from "../server.ts";

export function createPostWitness(meter: Meter): Handler {
  return async (request) => {
    const body: WitnessReply = { kept: await meter.ingestWitness(parsePost(request.body)) };
    return { status: 200, body };
  };
}

function parsePost(text: string): WitnessPost {
  try {
    return witnessPostSchema.parse(parseJson(text));
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
