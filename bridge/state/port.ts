// The port on which the bridge listens for the extension; only tests choose another.
import { BRIDGE_PORT } from "../../shared/protocol.ts";

export function toPort(environment: Readonly<Record<string, string | undefined>>): number {
  const chosen = Number(environment["CLAUDE_METER_PORT"]);
  return Number.isInteger(chosen) && chosen > 0 && chosen < 65_536 ? chosen : BRIDGE_PORT;
}
