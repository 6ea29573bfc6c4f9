// What status.json and keys.json hold, as far as doctor is concerned; a file that cannot be read is a finding, no error.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { type Drift, findDrift } from "../../../shared/claude-ai/usage-body.ts";
import { toRow } from "../../../shared/freshness.ts";
import { parseJson } from "../../../shared/json.ts";
import { toStatusPath } from "../../state/paths.ts";
import { readStatus } from "../../state/read-status.ts";
import { redactValue } from "../rows/redact.ts";
import type { Facts } from "./facts.ts";

const SCHEMA = 1;
const schemaSchema = z.object({ schema: z.int() });
const keysSchema = z.object({ schema: z.literal(SCHEMA), paired: z.array(z.object({ install: z.string() })) });

export async function readStatusFile(folder: string, nowMs: number): Promise<Facts["status"]> {
  const path = toStatusPath(folder);
  const reading = readStatus(path);
  if (reading.kind !== "read") {
    const file = reading.kind === "damaged" && (await isNewer(path)) ? "newer" : reading.kind;
    return { file, generated_at: undefined, rows: [], installs: [] };
  }
  const { generated_at, rows, installs } = reading.status;
  return { file: "fine", generated_at, rows: rows.map((row) => toRow(row, nowMs)), installs };
}

export async function readKeyFile(folder: string): Promise<Facts["keys"]> {
  const path = join(folder, "keys.json");
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === undefined) return { file: "missing", paired: 0 };
  try {
    return { file: "fine", paired: z.parse(keysSchema, parseJson(text)).paired.length };
  } catch {
    return { file: (await isNewer(path)) ? "newer" : "damaged", paired: 0 };
  }
}

async function isNewer(path: string): Promise<boolean> {
  try {
    return z.parse(schemaSchema, parseJson(await readFile(path, "utf8"))).schema > SCHEMA;
  } catch {
    return false;
  }
}

/** Each thing once, with a sample that carries no text of anybody. */
export function toDrift(rows: Facts["status"]["rows"]): Drift[] {
  const all = rows.flatMap((row) => (row.usage ? findDrift(row.usage) : []));
  const seen = new Map(all.map((drift) => [`${drift.what} ${drift.name}`, drift]));
  return [...seen.values()].map(({ what, name, sample }) => {
    return { what, name: /^[A-Za-z0-9_-]{1,40}$/.test(name) ? name : "…", sample: redactValue(sample) };
  });
}
