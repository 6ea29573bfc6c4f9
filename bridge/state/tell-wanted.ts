// Tells the bridge that somebody in this pane waits for a reading or works, so that it may ask for one.
import { askBridge } from "./ask-bridge.ts";
import { wantedReplySchema } from "./source-report.ts";

/** True when there is a reading that was not there before. Throws only when `signal` ends it. */
export async function tellWanted(maxMs: number, signal?: AbortSignal): Promise<boolean> {
  const body = { config_dir: process.env["CLAUDE_CONFIG_DIR"] || null };
  try {
    const answer = await askBridge("POST", "/wanted", body, { timeoutMs: Math.max(1, maxMs), signal });
    return wantedReplySchema.safeParse(answer).data?.read ?? false;
  } catch (error) {
    if (signal?.aborted) throw error;
    // Not in time, or a bridge that knows no such question.
    return false;
  }
}
