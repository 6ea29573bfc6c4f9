// What doctor looks at, as it found it. Text from outside is already harmless here, and nobody is named.

import type { Drift } from "../../../shared/claude-ai/usage-body.ts";
import type { Row } from "../../../shared/freshness.ts";
import type { Install } from "../../../shared/row.ts";
import type { BridgeStatus } from "../../state/bridge-process.ts";
import type { RowChoice } from "../row/read-row.ts";
import type { SourceState } from "../sources/to-source-states.ts";

/** open: other users may read it. unsafe: a link, another kind of thing, or somebody else's. unjudged: who may is not known. */
export type PathFact = { path: string; kind: "missing" | "fine" | "open" | "unsafe" | "unjudged" };

/** A program that listens on the bridge's port. */
export type PortOwner = {
  /** Where the system does not tell: undefined. */
  pid: number | undefined;
  name: string | undefined;
  /** By its command line: a daemon of claude-meter. */
  isBridge: boolean;
};

export type FileFact = "missing" | "fine" | "damaged" | "newer";

export type Facts = {
  nowMs: number;
  /** Of this command, and of the Node it runs on. */
  version: string;
  nodeVersion: string;
  /** Undefined: there is no binding. */
  sqliteVersion: string | undefined;
  folder: PathFact & { isTooLong: boolean };
  /** What the bridge keeps in the folder. */
  files: readonly PathFact[];
  disk: { writing: "fine" | "full" | "refused"; freeBytes: number | undefined };
  bridge: { kind: "running"; status: BridgeStatus } | { kind: "silent" } | { kind: "none"; isStopped: boolean };
  /** Where this command expects the bridge. */
  port: number;
  portOwner: PortOwner | undefined;
  status: { file: FileFact; generated_at: string | undefined; rows: readonly Row[]; installs: readonly Install[] };
  keys: { file: FileFact; paired: number };
  /** Their folders in the usual places; undefined where there is no such place. */
  browsers: readonly string[] | undefined;
  nativeHost: "fine" | "missing" | "broken";
  pane: RowChoice;
  /** Whose usage Claude Code keeps beside the login; undefined where it keeps none. */
  cachedUsage: "own" | "other" | undefined;
  /** The hooks of Claude Code that a newer setup would add or change, where there are any of ours. */
  outdatedHooks: readonly string[];
  /** Of the sources that ask; empty while no bridge runs. */
  sources: readonly SourceState[];
  drift: readonly Drift[];
};
