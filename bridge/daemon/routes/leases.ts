// The lease routes of the socket that are plain questions: who waits and who holds, the end of one, and who used how much.
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import type { LeaseKeeper } from "../leases/lease-keeper.ts";
import { Refusal } from "../refusal.ts";
import type { Routes } from "../server.ts";

export const endLeaseSchema = z.object({ id: z.string() });
export const costsQuestionSchema = z.object({
  since: z.coerce.number().check(z.int(), z.gte(0), z.lte(4_102_444_800_000)),
});

export function createLeaseRoutes(keeper: LeaseKeeper): Routes {
  return {
    "GET /leases": () => ({ status: 200, body: { schema: 1, leases: keeper.list() } }),
    "POST /leases/end": ({ body }) => ({
      status: 200,
      body: { ended: keeper.end(read(() => endLeaseSchema.parse(parseJson(body))).id) },
    }),
    "GET /costs": ({ query }) => ({
      status: 200,
      body: keeper.listCosts(read(() => costsQuestionSchema.parse(Object.fromEntries(query))).since),
    }),
  };
}

function read<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
