// The fixtures of tests: folders, homes and bridges that are gone afterwards, also when a test fails.
// biome-ignore-all lint/correctness/noEmptyPattern: a fixture that needs no other has to say so with {}.
import { test as bare, onTestFinished } from "vitest";
import { createBridgeProcess } from "./bridge-process.ts";
import { createFolder, removeFolder } from "./folder.ts";
import { findFreePort } from "./free-port.ts";
import { openHome } from "./home.ts";

export const test = bare
  /** One for all tests of a file. */
  .extend("sharedFolder", { scope: "file" }, async ({}, { onCleanup }) => {
    const folder = await createFolder();
    onCleanup(() => removeFolder(folder));
    return folder;
  })
  .extend("folder", async ({}, { onCleanup }) => {
    const folder = await createFolder();
    onCleanup(() => removeFolder(folder));
    return folder;
  })
  /** In the folder of the test. */
  .extend("home", ({ folder }) => openHome(folder))
  /** On the folder of the test, on a port of its own; started by whoever wants it to run. */
  .extend("bridge", async ({ folder }, { onCleanup }) => {
    const bridge = createBridgeProcess(folder, { CLAUDE_METER_PORT: String(await findFreePort()) });
    onCleanup(() => bridge.stop());
    return bridge;
  });

/** For a world of several parts that a function of the test makes; not in a concurrent test. */
export async function createTestFolder(): Promise<string> {
  const folder = await createFolder();
  onTestFinished(() => removeFolder(folder));
  return folder;
}
