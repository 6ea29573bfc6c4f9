// What the bridge knows of API keys and refusals.
import { type Limits, limitsSchema } from "../../../shared/api-limit/limits.ts";
import { askBridge } from "../../state/ask-bridge.ts";

/** Undefined when no bridge is running, or it is one that knows no limits yet. */
export async function askLimits(): Promise<Limits | undefined> {
  const answer = await askBridge("GET", "/limits").catch((error: unknown) => {
    // 404 of an older bridge.
    if (error instanceof Error && error.message.endsWith(" 404")) return undefined;
    throw error;
  });
  return answer === undefined ? undefined : limitsSchema.parse(answer);
}
