// Keeps a waiting guard on its row when a second account appears beside it and the pane's login does not say whose it is. Pure.
import type { Row } from "../../../shared/freshness.ts";
import type { RowReading } from "../row/read-row.ts";

export function keepRow(reading: RowReading, chosen: Row | undefined): RowReading {
  if (reading.kind !== "ambiguous-account" || !chosen) return reading;
  const row = reading.rows.find(
    (each) => each.org_uuid === chosen.org_uuid && each.account_uuid === chosen.account_uuid,
  );
  return row ? { kind: "row", row, installs: reading.installs } : reading;
}
