// Hands what a process of this pane heard from the server to the bridge, as a reported reading of the pane's own account. At
// most once a minute for each source and row, and without holding anything up: whatever goes wrong here, the work goes on.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reading } from "../../../shared/reading.ts";
import { toStateFolder } from "../../state/paths.ts";

const PAUSE_MS = 60_000;
const LIMIT_MS = 150;

export async function handOver(reading: Reading, nowMs: number): Promise<void> {
  try {
    if (!claimTurn(reading, nowMs)) return;
    const { onDemand } = await import("../on-demand.ts");
    const askBridge = await onDemand.askBridge();
    const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS));
    await Promise.race([askBridge("POST", "/readings", { readings: [reading] }), limit]);
  } catch {
    // No bridge, a slow one, or an older one: the next minute is another chance.
  }
}

/** Whether the last hand-over is long enough ago; if so, this is the new last one. */
function claimTurn({ source, org_uuid, account_uuid }: Reading, nowMs: number): boolean {
  const folder = join(toStateFolder(), "handed-over");
  const path = join(folder, `${source}.${org_uuid}.${account_uuid}`);
  const last = statSync(path, { throwIfNoEntry: false });
  // A date in the future is of a clock that has been put right since.
  if (last && Math.abs(nowMs - last.mtimeMs) < PAUSE_MS) return false;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, `${nowMs}\n`, { mode: 0o600 });
  return true;
}
