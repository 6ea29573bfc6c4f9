// POST /witness, on the socket only: what Claude Code showed to its status line, from a CLI of the same user.
import { parseJson } from "../../../shared/json.ts";
import { type WitnessPost, type WitnessReply, witnessPostSchema } from "../../../shared/witness.ts";
import { Refusal } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";
import type { Handler } from "../server.ts";

export function createPostWitness(rowKeeper: RowKeeper): Handler {
  return async (request) => {
    const body: WitnessReply = { kept: await rowKeeper.ingestWitness(parsePost(request.body)) };
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
