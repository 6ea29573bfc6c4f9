// The pairing routes. On the port: start and confirm, open only while a code is shown. On the socket: codes, keys, revocation.
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { pairConfirmSchema, pairStartSchema } from "../../../shared/pairing.ts";
import { browserNameSchema, pollReportSchema } from "../../../shared/protocol.ts";
import { uuidSchema } from "../../../shared/wire-text.ts";
import type { KeyRing } from "../key-ring.ts";
import type { Pairing } from "../pairing.ts";
import { Refusal } from "../refusal.ts";
import type { RowKeeper } from "../row-keeper.ts";
import type { Request, Routes } from "../server.ts";

export const revokeSchema = z.object({ install: uuidSchema });
export const issueSchema = z.object({
  install: uuidSchema,
  browser: browserNameSchema,
  poll: z.nullable(pollReportSchema),
});

export function createPortPairRoutes(pairing: Pairing): Routes {
  return {
    "POST /pair/start": (request) => ({ status: 200, body: pairing.start(readBody(pairStartSchema, request)) }),
    "POST /pair/confirm": async (request) => {
      return { status: 200, body: await pairing.confirm(readBody(pairConfirmSchema, request)) };
    },
  };
}

export type SocketPairOptions = { pairing: Pairing; keys: KeyRing; rowKeeper: RowKeeper; isListening: () => boolean };

export function createSocketPairRoutes({ pairing, keys, rowKeeper, isListening }: SocketPairOptions): Routes {
  return {
    // A code typed while somebody else has our port would be typed to them.
    "POST /pair": () => ({ status: 200, body: isListening() ? { code: pairing.open() } : { code: null } }),
    "GET /pair": () => ({ status: 200, body: { state: pairing.readState() } }),
    "GET /keys": () => ({ status: 200, body: { paired: keys.list() } }),
    "POST /keys": async (request) => {
      const { install, browser, poll } = readBody(issueSchema, request);
      const key = await keys.issue(install, browser, "native");
      if (key === "revoked") return { status: 200, body: { revoked: true } };
      if (poll) await rowKeeper.ingestPoll(install, poll);
      return { status: 200, body: { key: Buffer.from(key).toString("hex") } };
    },
    "POST /keys/revoke": async (request) => {
      return { status: 200, body: { revoked: await keys.revoke(readBody(revokeSchema, request).install) } };
    },
  };
}

function readBody<T extends z.core.$ZodType>(schema: T, request: Request): z.core.output<T> {
  try {
    return z.parse(schema, parseJson(request.body));
  } catch (error) {
    throw new Refusal("bad-body", { cause: error });
  }
}
