// Hands what a process of this pane heard from the server to the bridge, as a reported reading of the pane's own account. At
// most once a minute for each source and row, and without holding anything up: whatever goes wrong here, the work goes on.
import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Reading } from "../../../shared/reading.ts";
import { toStateFolder } from "../../state/paths.ts";
import type { Pane } from "./read-pane.ts";

export type Owner = Pick<Reading, "account_uuid" | "org_uuid" | "account_email">;

const PAUSE_MS = 60_000;
const LIMIT_MS = 150;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SOURCE = /^[a-z-]+$/;

/** Undefined unless it is certain whose quota this pane spends. */
export function toOwner(pane: Pane): Owner | undefined {
  if (pane.kind !== "signed-in") return undefined;
  const { account_uuid, org_uuid, email = null } = pane.login;
  // The ids name a file below, and the file they come from could have been written by anybody.
  if (!account_uuid || !org_uuid || !UUID.test(account_uuid) || !UUID.test(org_uuid)) return undefined;
  return { account_uuid, org_uuid, account_email: email };
}

export async function handOver(reading: Reading, pauseMs = PAUSE_MS): Promise<void> {
  try {
    if (!SOURCE.test(reading.source) || !claimTurn(reading, pauseMs)) return;
    const { onDemand } = await import("../on-demand.ts");
    const askBridge = await onDemand.askBridge();
    const limit = new Promise((resolve) => setTimeout(resolve, LIMIT_MS));
    await Promise.race([askBridge("POST", "/readings", { readings: [reading] }), limit]);
  } catch {
    // No bridge, a slow one, or an older one: the next minute is another chance.
  }
}

/** Whether the last hand-over is long enough ago; if so, this is the new last one. */
function claimTurn({ source, org_uuid, account_uuid }: Reading, pauseMs: number): boolean {
  const nowMs = Date.now();
  const folder = join(toStateFolder(), "handed-over");
  const path = join(folder, `${source}.${org_uuid}.${account_uuid}`);
  const last = statSync(path, { throwIfNoEntry: false });
  // A date in the future is of a clock that has been put right since.
  if (last && Math.abs(nowMs - last.mtimeMs) < pauseMs) return false;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(path, `${nowMs}\n`, { mode: 0o600 });
  return true;
}
