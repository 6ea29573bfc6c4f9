// Whether an SQLite is free of the defect that loses committed writes of a write-ahead log: https://sqlite.org/wal.html
import { compareVersions } from "../../../shared/version-order.ts";

/** The defect is fixed from 3.51.3 on, and in these two older lines. */
export function isSqliteSafe(version: string): boolean {
  if (version.startsWith("3.44.")) return compareVersions(version, "3.44.6") >= 0;
  if (version.startsWith("3.50.")) return compareVersions(version, "3.50.7") >= 0;
  return compareVersions(version, "3.51.3") >= 0;
}
