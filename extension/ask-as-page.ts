// A page of the extension asks the bridge itself: what it shows for a moment need not pass through the worker.
import type * as z from "zod/mini";
import { type Agents, agentsSchema } from "../shared/agents.ts";
import { type History, historySchema } from "../shared/history.ts";
import { type HistoryQuestion, toHistoryTarget } from "../shared/history-question.ts";
import { type Status, statusSchema } from "../shared/row.ts";
import { type Answered, askBridge, type Question } from "./bridge.ts";
import { openDatabase } from "./database.ts";
import { ensureInstall, readKey } from "./identity.ts";

export type PageAnswer<T> = Answered<T> | { kind: "not-paired" };

/** A quarter of a million points, the most that the bridge gives at once. */
const MAX_HISTORY_BYTES = 12 * 1024 * 1024;
/** A row carries the server's own body. */
const MAX_ROWS_BYTES = 2 * 1024 * 1024;

export async function fetchHistory(question: HistoryQuestion): Promise<PageAnswer<History>> {
  const path = toHistoryTarget(question);
  return await askAsPage({ method: "GET", path, schema: historySchema, maxBytes: MAX_HISTORY_BYTES });
}

export async function fetchStatus(): Promise<PageAnswer<Status>> {
  return await askAsPage({ method: "GET", path: "/rows", schema: statusSchema, maxBytes: MAX_ROWS_BYTES });
}

/** Two hundred runs. */
const MAX_AGENTS_BYTES = 256 * 1024;

export async function fetchAgents(): Promise<PageAnswer<Agents>> {
  return await askAsPage({ method: "GET", path: "/agents", schema: agentsSchema, maxBytes: MAX_AGENTS_BYTES });
}

async function askAsPage<T extends z.core.$ZodType>(question: Question<T>): Promise<PageAnswer<z.core.output<T>>> {
  const database = await openDatabase();
  try {
    const key = await readKey(database);
    if (!key) return { kind: "not-paired" };
    return await askBridge({ install: await ensureInstall(database), key }, question);
  } finally {
    database.close();
  }
}
