// POST /forget, on the socket only: a row leaves status.json because its user said so (`claude-meter accounts forget`).

import { forgetQuestionSchema } from "../../../shared/forget.ts";
import { parseJson } from "../../../shared/json.ts";
import { Refusal } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";
import type { Handler } from "../server.ts";

export function createPostForget(rowKeeper: Pick<RowKeeper, "forget">): Handler {
  return async (request) => {
    const row = forgetQuestionSchema.safeParse(parseOrRefuse(request.body));
    if (!row.success) throw new Refusal("bad-body", { cause: row.error });
    return { status: 200, body: { forgotten: await rowKeeper.forget(row.data) } };
  };
}

function parseOrRefuse(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
