// sources.json: which of the sources that ask somebody are switched on, and by which program. Written by the CLI alone.
import { join } from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";
import { ensurePrivateFolder, readPrivateFile, writePrivateFile } from "./private-files.ts";

/** Those that ask by themselves; all others are handed over by who uses Claude, and nothing can be switched there. */
export const askedSources = ["claude-code", "oauth"] as const;
export type AskedSource = (typeof askedSources)[number];

const settingsSchema = z.looseObject({
  schema: z.literal(1),
  claude_code: z.catch(
    z.looseObject({
      on: z.boolean(),
      /** The program that setup found; a bridge that a session manager started has a shorter PATH. */
      program: z.optional(z.string().check(z.minLength(1), z.maxLength(4096))),
    }),
    { on: true },
  ),
  oauth: z.catch(
    z.looseObject({
      on: z.boolean(),
      /** Epoch milliseconds; a refusal from before it counts no more. */
      on_at_ms: z.optional(z.number()),
      /** macOS: the token may be read from the Keychain, which asks its user. */
      keychain: z.optional(z.boolean()),
    }),
    { on: false },
  ),
});
export type SourceSettings = z.infer<typeof settingsSchema>;

const usualSettings: SourceSettings = { schema: 1, claude_code: { on: true }, oauth: { on: false } };

function toPath(folder: string): string {
  return join(folder, "sources.json");
}

/** What is usual when there is no file. Throws on a file that is none of ours. */
export async function readSourceSettings(folder: string): Promise<SourceSettings> {
  const text = await readPrivateFile(toPath(folder));
  return text === undefined ? usualSettings : settingsSchema.parse(parseJson(text));
}

export async function writeSourceSettings(folder: string, settings: SourceSettings): Promise<void> {
  await ensurePrivateFolder(folder);
  await writePrivateFile(toPath(folder), `${JSON.stringify(settings, null, 2)}\n`);
}
