// Reads status.json and the pane's login, and finds the one row that a gate or a line is about.
import { toRow } from "../../../shared/freshness.ts";
import type { Install } from "../../../shared/row.ts";
import { toStateFolder, toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { readLogin } from "./read-login.ts";
import { type RowChoice, selectRow } from "./select-row.ts";

export type RowReading = (RowChoice | { kind: "damaged" }) & { installs: readonly Install[] };

export function readRow(account: string | undefined, nowMs: number): RowReading {
  const reading = readStatus(toStatusPath(toStateFolder()));
  if (reading.kind !== "read") return { kind: reading.kind === "missing" ? "no-data" : "damaged", installs: [] };
  const { rows, installs } = reading.status;
  const login = account === undefined ? readLogin() : undefined;
  return {
    ...selectRow(
      rows.map((row) => toRow(row, nowMs)),
      account,
      login,
    ),
    installs,
  };
}
