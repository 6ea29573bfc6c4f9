// The look that a waiting guard asks for after a reset. Every waiting pane asks, and the bridge makes one look of it.
import type { Row } from "../../../shared/freshness.ts";
import { askForLook, LOOK_WAIT_MS } from "../refresh/ask-for-look.ts";

export async function lookAfterReset({ org_uuid, account_uuid }: Row, signal?: AbortSignal): Promise<boolean> {
  const answer = await askForLook({ org_uuid, account_uuid }, { maxMs: LOOK_WAIT_MS, ...(signal && { signal }) });
  return answer.kind === "answered" && answer.rows.some(({ outcome }) => outcome === "read");
}
