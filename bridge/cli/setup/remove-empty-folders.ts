// Takes away the folders that a removal has left empty.
import { rmdir } from "node:fs/promises";
import { dirname, sep } from "node:path";

/** The folder, and those above it as long as they are below `base`; stops at the first that others use too. */
export async function removeEmptyFolders(folder: string, base: string): Promise<void> {
  const isRemoved = await rmdir(folder).then(
    () => true,
    () => false,
  );
  const above = dirname(folder);
  if (isRemoved && above.startsWith(base + sep)) await removeEmptyFolders(above, base);
}
