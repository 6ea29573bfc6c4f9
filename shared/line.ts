// The line: a WebSocket from a browser's worker to the bridge, on which the bridge can say one thing, look now. A browser
// can set no header there, so the claim of signing.ts and its proof are the first message of either side.
import * as z from "zod/mini";
import { pollStateSchema } from "./poll-state.ts";

export const LINE_PATH = "/line";
/** What the proof of a line is made over, beside the nonce of its claim. */
export const LINE_STATUS = 101;
export const noBody = new Uint8Array();

/** Longer than any message of either side. */
export const MAX_LINE_BYTES = 1024;
/** Chrome ends a worker after 30 s in which it neither sent nor got a message. */
export const KEEP_ALIVE_MS = 20_000;

const lookIdSchema = z.int().check(z.gte(1));

/** First of all, from the worker: an Authorization header for `GET /line`. */
export const lineClaimSchema = z.object({ authorization: z.string() });
/** From the bridge, when the claim is proven: the worker hears nothing of whoever cannot prove it too. */
export const lineProofSchema = z.object({ proof: z.string() });
/** From the bridge: look now. */
export const lineOrderSchema = z.object({ look: lookIdSchema });
/** From the worker, when what the look gave is acknowledged by the bridge, and each 20 s without `looked`. */
export const lineReportSchema = z.object({ looked: z.optional(lookIdSchema), state: z.optional(pollStateSchema) });
export type LineReport = z.infer<typeof lineReportSchema>;
