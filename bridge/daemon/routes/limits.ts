// GET and POST /limits, on the socket only: what the proxy of the same user saw of API keys and refusals.
import { type LimitsPost, limitsPostSchema } from "../../../shared/api-limit/limits.ts";
import { parseJson } from "../../../shared/json.ts";
import type { LimitKeeper } from "../limits/limit-keeper.ts";
import { Refusal } from "../refusal.ts";
import type { Routes } from "../server.ts";

export function createLimitRoutes(keeper: LimitKeeper): Routes {
  return {
    "GET /limits": () => ({ status: 200, body: keeper.read() }),
    "POST /limits": async (request) => {
      await keeper.ingest(parsePost(request.body));
      return { status: 200, body: {} };
    },
  };
}

function parsePost(text: string): LimitsPost {
  try {
    return limitsPostSchema.parse(parseJson(text));
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
