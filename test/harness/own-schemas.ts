// Every schema that a module of the project hands out, by its name.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const SCHEMA = /^export const (\w+Schema)\b/gm;

export async function readOwnSchemas(): Promise<Map<string, unknown>> {
  const schemas = new Map<string, unknown>();
  for (const path of ["shared", "extension", "bridge"].flatMap(listFiles)) {
    const names = [...readFileSync(path, "utf8").matchAll(SCHEMA)].flatMap((match) => match[1] ?? []);
    if (names.length === 0) continue;
    const module: unknown = await import(path);
    if (typeof module !== "object" || module === null) continue;
    for (const [name, value] of Object.entries(module)) {
      if (!names.includes(name)) continue;
      if (schemas.has(name)) throw new Error(`two schemas have the name ${name}`);
      schemas.set(name, value);
    }
  }
  return schemas;
}

function listFiles(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => join(root, folder, file));
}
