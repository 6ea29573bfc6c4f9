// `guard --fresh`: has the row that the guard is about read before it decides.
import { askForLook, LOOK_WAIT_MS } from "../refresh/ask-for-look.ts";
import { formatLookWords } from "../refresh/format-look-words.ts";
import type { RowReading } from "../row/read-row.ts";

/** Why there is none; the gate then decides by the last reading, with its age. Nothing to ask of a row that is unknown. */
export async function askForFreshReading(reading: RowReading): Promise<string | undefined> {
  if (reading.kind !== "row") return undefined;
  const { org_uuid, account_uuid } = reading.row;
  return formatLookWords(await askForLook({ org_uuid, account_uuid }, { maxMs: LOOK_WAIT_MS }));
}
