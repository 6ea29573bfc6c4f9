// The facts of a world in order, to be changed in one place by a test.
import type { Facts } from "../../../../bridge/cli/doctor/facts.ts";
import { toRow } from "../../../../shared/freshness.ts";
import { createInstall, createStoredRow } from "../../../shared/wire-examples.ts";

const NOW_MS = Date.parse("2026-11-20T10:00:30.000Z");

export function createFacts(more: Partial<Facts> = {}): Facts {
  const row = toRow(createStoredRow(), NOW_MS);
  return {
    nowMs: NOW_MS,
    version: "0.1.0",
    nodeVersion: "22.22.3",
    sqliteVersion: "3.51.3",
    folder: { path: "~/state", kind: "fine", isTooLong: false },
    files: [],
    disk: { writing: "fine", freeBytes: 5 * 1024 ** 3 },
    bridge: {
      kind: "running",
      status: { pid: 7, version: "0.1.0", port: 63762, ingest: "listening", ahead_seconds: 0 },
    },
    port: 63762,
    portOwner: { pid: 7, name: "node", isBridge: true },
    status: { file: "fine", generated_at: row.fetched_at, rows: [row], installs: [createInstall()] },
    keys: { file: "fine", paired: 1 },
    browsers: ["Chrome"],
    nativeHost: "fine",
    pane: { kind: "row", row },
    cachedUsage: undefined,
    outdatedHooks: [],
    sources: [],
    drift: [],
    ...more,
  };
}
