// Whatever the umask and whatever stands in its place already: each file of the state folder ends up private, or the
// bridge says clearly why it does not start. It never waits for a pipe and never writes through a link.
import { execFile } from "node:child_process";
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, type TestContext, test } from "vitest";
import { statusSchema } from "../../shared/row.ts";
import { type Daemon, type DaemonOptions, type Started, tryDaemon } from "../harness/daemon.ts";
import { createFolder, removeFolder } from "../harness/folder.ts";
import { runCli } from "../harness/program.ts";
import { ask, pairInstall, toJsonBytes } from "../harness/signed-client.ts";
import { createPost } from "../shared/wire-examples.ts";

const umasks = ["000", "022", "077"] as const;
const kinds = ["file 0644", "link", "folder", "pipe"] as const;
type Kind = (typeof kinds)[number];

/** Files that hold state start empty when they are no plain file of ours; on the others a bridge can not do its work. */
const outcomes = {
  "status.json": { link: "starts", folder: "starts", pipe: "starts" },
  "keys.json": { link: "starts", folder: "starts", pipe: "starts" },
  "bridge.sock": { link: "starts", folder: "refuses", pipe: "starts" },
  "lock.db": { link: "starts", folder: "starts", pipe: "starts" },
  "bridge.log": { link: "refuses", folder: "refuses", pipe: "refuses" },
} as const;
type Name = keyof typeof outcomes;
const names = ["status.json", "keys.json", "bridge.sock", "lock.db", "bridge.log"] as const;

type Place = { home: string; victim: string };

/** A state folder, and a file elsewhere that nobody may touch. */
async function createPlace({ onTestFinished }: TestContext): Promise<Place> {
  const folder = await createFolder();
  onTestFinished(() => removeFolder(folder));
  const victim = join(folder, "victim");
  await writeFile(victim, "untouched");
  await chmod(victim, 0o644);
  return { home: join(folder, "state"), victim };
}

async function tryHere({ onTestFinished }: TestContext, options: DaemonOptions): Promise<Started> {
  const started = await tryDaemon(options);
  if (started.kind === "running") onTestFinished(async () => void (await started.daemon.stop()));
  return started;
}

/** Why it did not start. */
function toWords(started: Started): string {
  return started.kind === "refused" ? started.words : "it runs";
}

async function put(path: string, kind: Kind, victim: string): Promise<void> {
  switch (kind) {
    case "file 0644":
      await writeFile(path, "");
      return await chmod(path, 0o644);
    case "link":
      return await symlink(victim, path);
    case "folder":
      return await mkdir(path, { mode: 0o755 });
    case "pipe":
      await promisify(execFile)("mkfifo", [path]);
  }
}

async function expectUntouched(victim: string): Promise<void> {
  expect(await readFile(victim, "utf8")).toBe("untouched");
  expect((await stat(victim)).mode & 0o777).toBe(0o644);
}

/** "name kind mode" of everything in the state folder. */
async function list(folder: string): Promise<string[]> {
  const entries = (await readdir(folder)).toSorted();
  return await Promise.all(
    entries.map(async (name) => {
      const found = await lstat(join(folder, name));
      const kind = found.isFile() ? "file" : found.isDirectory() ? "folder" : found.isSocket() ? "socket" : "other";
      return `${name} ${kind} ${(found.mode & 0o777).toString(8)}`;
    }),
  );
}

async function expectPrivate({ home, port, stop }: Daemon): Promise<void> {
  const credentials = await pairInstall(home);
  const body = toJsonBytes(createPost({ install: credentials.install }));
  expect(await ask(credentials, port, { method: "POST", path: "/snapshots", body })).toMatchObject({ status: 200 });
  expect((await lstat(home)).mode & 0o777).toBe(0o700);
  const found = await list(home);
  const wanted = ["bridge.log file", "bridge.sock socket", "keys.json file", "lock.db file", "status.json file"];
  expect(found).toEqual(expect.arrayContaining(wanted.map((line) => `${line} 600`)));
  expect(found.filter((line) => !/ (file|socket) 600$|^(quarantine|backup) folder 700$/.test(line))).toEqual([]);
  statusSchema.parse(JSON.parse(await readFile(join(home, "status.json"), "utf8")));
  expect(await stop()).toBe(0);
}

function toOutcome(name: Name, kind: Kind): "starts" | "refuses" {
  return kind === "file 0644" ? "starts" : outcomes[name][kind];
}

const cases = umasks.flatMap((umask) =>
  names.flatMap((name) => kinds.map((kind) => ({ umask, name, kind, outcome: toOutcome(name, kind) }))),
);

describe.concurrent("a file of the state folder", () => {
  test.for(cases)("umask $umask, a $kind in the place of $name: the bridge $outcome", async (each, context) => {
    const { home, victim } = await createPlace(context);
    await mkdir(home);
    await put(join(home, each.name), each.kind, victim);
    const started = await tryHere(context, { home, umask: each.umask });
    if (started.kind === "running") await expectPrivate(started.daemon);
    else expect(started.words).toMatch(new RegExp(`^claude-meter: \\S+/${each.name} is .*: remove it\\.`, "m"));
    expect(started.kind).toBe(each.outcome === "starts" ? "running" : "refused");
    await expectUntouched(victim);
  });
});

describe.concurrent("the state folder itself", () => {
  test.for(umasks)("umask %s: a folder that everybody may read becomes private", async (umask, context) => {
    const { home } = await createPlace(context);
    await mkdir(home);
    await chmod(home, 0o755);
    const started = await tryHere(context, { home, umask });
    if (started.kind !== "running") throw new Error(started.words);
    await expectPrivate(started.daemon);
  });

  test.for(umasks)("umask %s: it is made, with the folders above it", async (umask, context) => {
    const { home } = await createPlace(context);
    const started = await tryHere(context, { home: join(home, "deep", "er"), umask });
    if (started.kind !== "running") throw new Error(started.words);
    await expectPrivate(started.daemon);
  });

  test.for(umasks)("umask %s: a link to a folder is refused", async (umask, context) => {
    const { home, victim } = await createPlace(context);
    await mkdir(`${victim}-folder`);
    await symlink(`${victim}-folder`, home);
    const started = await tryHere(context, { home, umask });
    expect(toWords(started)).toMatch(/is a link or a file: remove it/);
    expect(await readdir(`${victim}-folder`)).toEqual([]);
  });

  test.for(["link to nowhere", "file", "pipe"] as const)("a %s in its place is refused", async (kind, context) => {
    const { home, victim } = await createPlace(context);
    if (kind === "link to nowhere") await symlink(`${victim}-missing`, home);
    else await put(home, kind === "file" ? "file 0644" : kind, victim);
    const started = await tryHere(context, { home });
    expect(toWords(started)).toMatch(/is a link or a file: remove it/);
  });
});

describe.concurrent("the command line", () => {
  test.for(["link", "folder", "pipe"] as const)("does not log to a %s, and says so", async (kind, context) => {
    const { home, victim } = await createPlace(context);
    await mkdir(home);
    await put(join(home, "bridge.log"), kind, victim);
    const ended = await runCli(home, ["bridge", "start"]);
    expect(ended).toMatchObject({ code: 69, stdout: "" });
    expect(ended.stderr).toMatch(/^claude-meter: \S+\/bridge\.log is a link, a folder or a pipe .*: remove it\.\n$/);
    await expectUntouched(victim);
  });

  test.for(["folder", "pipe"] as const)(
    "calls a status.json that is a %s damaged, and waits for nobody",
    async (kind, context) => {
      const { home, victim } = await createPlace(context);
      await mkdir(home);
      await put(join(home, "status.json"), kind, victim);
      expect(await runCli(home, ["--json"])).toMatchObject({ code: 69, stdout: "[]\n" });
    },
  );
});
