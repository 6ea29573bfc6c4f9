// The SQLite binding: Node's own where Node has one, else the optional package with the same interface.
import type { DatabaseSync } from "@photostructure/sqlite";

export type Database = InstanceType<typeof DatabaseSync>;

export async function openDatabase(path: string): Promise<Database> {
  const { DatabaseSync: Binding } = await importBinding();
  return new Binding(path);
}

async function importBinding() {
  try {
    return await import("node:sqlite");
  } catch {
    // Node 20 has none.
    return await import("@photostructure/sqlite");
  }
}
