// What the native host does for one request: a running bridge, a key for this browser profile, the poll handed on.
import * as z from "zod/mini";
import type { NativeReply, NativeRequest } from "../../shared/native-message.ts";
import { askBridge } from "../state/ask-bridge.ts";
import { isStoppedByUser, readBridgeStatus, startBridge } from "../state/bridge-process.ts";
import { findParentBrowser } from "./parent-browser.ts";

export const issuedSchema = z.union([z.object({ key: z.string() }), z.object({ revoked: z.literal(true) })]);

export async function answerRequest(request: NativeRequest): Promise<NativeReply> {
  const running = await readBridgeStatus();
  if (!running && isStoppedByUser()) return { kind: "stopped" };
  const status = running ?? (await startBridge());
  if (!status) return { kind: "failed" };
  const browser = (await findParentBrowser()) ?? request.browser;
  const answer = issuedSchema.parse(await askBridge("POST", "/keys", { ...request, browser }));
  return "key" in answer ? { kind: "ready", key: answer.key, ingest: status.ingest } : { kind: "revoked" };
}
