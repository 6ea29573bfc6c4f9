// Hands what a session heard from the server to the bridge as a second source, at most once a minute for each row, and
// without holding the status line up: whatever goes wrong here, the line has been printed.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "../../../shared/freshness.ts";
import type { Witness, WitnessPost } from "../../../shared/witness.ts";
import { toStateFolder } from "../../state/paths.ts";

const PAUSE_MS = 60_000;
const LIMIT_MS = 150;
const UUID = /^[0-9a-f-]{36}$/;

export async function handOver(row: Row, witness: Witness, nowMs: number): Promise<void> {
  const { account_uuid, org_uuid } = row;
  // The ids name a file below, and the file they come from could have been written by anybody.
  if (account_uuid === null || !UUID.test(account_uuid) || !UUID.test(org_uuid)) return;
  const post: WitnessPost = { ...witness, account_uuid, org_uuid };
  try {
    if (!claimTurn(`${org_uuid}.${account_uuid}`, nowMs)) return;
    const { onDemand } = await import("../on-demand.ts");
    const askBridge = await onDemand.askBridge();
    const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS));
    await Promise.race([askBridge("POST", "/witness", post), limit]);
  } catch {
    // No bridge, a slow one, or an older one: the next minute is another chance.
  }
}

/** Whether the last hand-over is long enough ago; if so, this is the new last one. */
function claimTurn(name: string, nowMs: number): boolean {
  const folder = join(toStateFolder(), "handed-over");
  const path = join(folder, name);
  const last = statSync(path, { throwIfNoEntry: false });
  // A date in the future is of a clock that has been put right since.
  if (last && Math.abs(nowMs - last.mtimeMs) < PAUSE_MS) return false;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, `${nowMs}\n`, { mode: 0o600 });
  return true;
}
