// GET /rows: the published status, as the file holds it.
import type { RowKeeper } from "../row-keeper.ts";
import type { Handler } from "../server.ts";

export function createGetRows(rowKeeper: RowKeeper): Handler {
  return () => ({ status: 200, body: rowKeeper.readStatus() });
}
