// `uninstall --purge`: what is ours goes, and a folder with anything else in it is left as it is.
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createStateFolderRemoval } from "../../../../bridge/cli/setup/state-folder.ts";
import { createTestFolder } from "../../../harness/test.ts";

async function createParent(): Promise<string> {
  const parent = await createTestFolder();
  return parent;
}

const ours = [
  ...[
    "status.json",
    "keys.json",
    "native-hosts.json",
    "notify.json",
    "notify-state.json",
    "limits.json",
    "proxy.json",
    "sources.json",
    "source-asks.json",
    "key-salt",
    "com.claude_meter.bridge.json",
    "com.claude_meter.bridge.firefox.json",
    "pipe-name",
    "stopped",
  ],
  ...["history.sqlite", "history.sqlite-wal", "history.sqlite-shm", "lock.db", "lock.db-journal"],
  ...["native-host.sh", "start-bridge.bat", "autostart.xml", "bridge.log", "bridge.log.1", "metrics-token"],
  ...["status.json.0123456789ab.tmp"],
];

test("a folder with nothing but ours goes, and the one above it stays", async () => {
  const parent = await createParent();
  const folder = join(parent, "state");
  for (const name of ["backup", "handed-over", "quarantine", "runs"])
    await mkdir(join(folder, name), { recursive: true });
  for (const name of [...ours, "runs/0a1b2c3d.json"]) await writeFile(join(folder, name), "");
  const removal = createStateFolderRemoval(folder);
  expect(await removal.planRemoval()).toMatchObject([{ action: "remove", target: folder }]);
  await removal.remove();
  expect(await readdir(parent)).toEqual([]);
  expect(await removal.planRemoval()).toEqual([]);
});

test.each(["thesis.odt", ".ssh", "status.json.bak", "history.sqlite-old", "my runs"])(
  "a folder that also holds %s is refused by name",
  async (name) => {
    const folder = await createParent();
    for (const each of ["status.json", name]) await writeFile(join(folder, each), "");
    await expect(createStateFolderRemoval(folder).planRemoval()).rejects.toThrow(JSON.stringify(name));
    expect((await readdir(folder)).toSorted()).toEqual([name, "status.json"].toSorted());
  },
);

test("every name that our programs give to something in the state folder is known as ours", async () => {
  const bridge = fileURLToPath(new URL("../../../../bridge", import.meta.url));
  const files = (await readdir(bridge, { recursive: true })).filter((file) => file.endsWith(".ts"));
  // Its folder is the extension's.
  const texts = files.filter((file) => !file.endsWith("cli/extension/extension.ts"));
  const named = await Promise.all(
    texts.map(async (file) => {
      const text = await readFile(join(bridge, file), "utf8");
      return [...text.matchAll(/join\((?:folder|stateFolder|toStateFolder\(\)), "([^"]+)"\)/g)].map(
        (match) => match[1] ?? "",
      );
    }),
  );
  const names = [...new Set(named.flat())];
  expect(names).toContain("lock.db");
  const folder = await createParent();
  for (const name of names) await writeFile(join(folder, name), "");
  expect(await createStateFolderRemoval(folder).planRemoval()).toHaveLength(1);
});

test("a link to a folder is refused", async () => {
  const parent = await createParent();
  await mkdir(join(parent, "real"));
  await symlink("real", join(parent, "state"));
  await expect(createStateFolderRemoval(join(parent, "state")).planRemoval()).rejects.toThrow("link");
});
