// The public fixtures beside the repository, where they exist, and what their manifest says of each.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod/mini";
import { parseJson } from "../../shared/json.ts";

export const FOLDER = path.resolve(import.meta.dirname, "../..", "../shared/fixtures");
const MANIFEST = path.join(FOLDER, "manifest.json");

const manifestSchema = z.array(
  z.looseObject({
    file: z.string(),
    expect: z.optional(z.unknown()),
    /** Only of what a server answered. */
    http_status: z.optional(z.int()),
    http_headers: z.optional(z.record(z.string(), z.string())),
  }),
);
export type Fixture = z.infer<typeof manifestSchema>[number];

/** Undefined when they are not here. */
export const publicFixtures = existsSync(MANIFEST)
  ? manifestSchema.parse(parseJson(readFileSync(MANIFEST, "utf8")))
  : undefined;

export function readText({ file }: Fixture): string {
  return readFileSync(path.join(FOLDER, file), "utf8");
}

/** The first word of its name: the source that it comes from. */
export function toSource({ file }: Fixture): string {
  return file.split("__")[0] ?? file;
}
