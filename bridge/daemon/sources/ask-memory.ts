// source-asks.json: when which login was asked and how it went, so that a bridge that is started again asks no earlier.
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../../shared/json.ts";
import { writePrivateFile } from "../../state/private-files.ts";
import type { Log } from "../log.ts";
import { readOrSetAside } from "../read-or-set-aside.ts";
import type { Asked } from "./decide-ask.ts";

const ASKS_FILE = "source-asks.json";
/** More folders, and more tokens, than one user has. */
const MAX_ENTRIES = 16;

const entrySchema = z.object({
  /** oauth's is of a token, whose hash stands for it. */
  key: z.string().check(z.maxLength(1100)),
  asked_ms: z.optional(z.number()),
  failures: z.int(),
  held_until_ms: z.optional(z.number()),
  share: z.number(),
  last: z.optional(z.string()),
  refusals: z.optional(z.int()),
});
const fileSchema = z.looseObject({
  schema: z.literal(1),
  asks: z.array(entrySchema).check(z.maxLength(MAX_ENTRIES)),
  /** Folders that panes named; the usual one is always known. */
  config_dirs: z.array(z.string()).check(z.maxLength(MAX_ENTRIES)),
  /** When the API refused oauth for good; switching it on again is a new try. */
  refused_at_ms: z.optional(z.number()),
});
type File = z.infer<typeof fileSchema>;

/** `refusals`: in a row, by who was asked. */
export type Ask = Asked & { last?: string | undefined; refusals?: number | undefined };

export type AskMemory = {
  read: (key: string) => Ask | undefined;
  keep: (key: string, ask: Ask) => Promise<void>;
  listConfigDirs: () => readonly string[];
  keepConfigDir: (folder: string) => Promise<void>;
  readRefusedMs: () => number | undefined;
  keepRefused: (nowMs: number) => Promise<void>;
};

export type AskMemoryOptions = { folder: string; now: () => number; log: Log };

export async function openAskMemory({ folder, now, log }: AskMemoryOptions): Promise<AskMemory> {
  const parse = (text: string) => fileSchema.parse(parseJson(text));
  let file: File = (await readOrSetAside({ folder, name: ASKS_FILE, parse, now, log })) ?? noAsks;
  const write = async (next: File) => {
    file = next;
    await writePrivateFile(join(folder, ASKS_FILE), `${JSON.stringify(next)}\n`).catch((error: unknown) => {
      // The next write may go well; until then this process remembers.
      log(`${ASKS_FILE} could not be written: ${error instanceof Error && "code" in error ? String(error.code) : "?"}`);
    });
  };
  return {
    read: (key) => {
      const entry = file.asks.find((each) => each.key === key);
      if (!entry) return undefined;
      const { asked_ms: askedMs, held_until_ms: heldUntilMs, ...more } = entry;
      return { ...more, askedMs, heldUntilMs };
    },
    keep: async (key, { askedMs, heldUntilMs, failures, share, last, refusals }) => {
      const entry = {
        ...{ key, failures, share },
        ...(askedMs !== undefined && { asked_ms: askedMs }),
        ...(heldUntilMs !== undefined && { held_until_ms: heldUntilMs }),
        ...(last !== undefined && { last }),
        ...(refusals !== undefined && { refusals }),
      };
      const others = file.asks.filter((each) => each.key !== key);
      await write({ ...file, asks: [...others, entry].slice(-MAX_ENTRIES) });
    },
    listConfigDirs: () => file.config_dirs,
    keepConfigDir: async (dir) => {
      if (file.config_dirs.includes(dir)) return;
      await write({ ...file, config_dirs: [...file.config_dirs, dir].slice(-MAX_ENTRIES) });
    },
    readRefusedMs: () => file.refused_at_ms,
    keepRefused: (nowMs) => write({ ...file, refused_at_ms: nowMs }),
  };
}

const noAsks: File = { schema: 1, asks: [], config_dirs: [] };
