// GET /rows: the published status, as the file holds it.
import type { Meter } from "../meter.ts";
import type { Handler } from "../server.ts";

export function createGetRows(meter: Meter): Handler {
  return () => ({ status: 200, body: meter.readStatus() });
}
